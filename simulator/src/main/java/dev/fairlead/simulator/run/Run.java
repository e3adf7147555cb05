package dev.fairlead.simulator.run;

import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.report.DestinationReport;
import dev.fairlead.broker.Steered;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.result.Recorder;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.simulator.world.Agenda;
import dev.fairlead.simulator.world.Agenda.Kind;
import dev.fairlead.simulator.world.Autoscaling;
import dev.fairlead.simulator.world.Fleet;
import dev.fairlead.simulator.world.Machine;
import dev.fairlead.simulator.world.Places;
import dev.fairlead.simulator.world.Routine;
import dev.fairlead.simulator.world.Script;
import dev.fairlead.simulator.world.Trip;
import dev.fairlead.simulator.world.Trips;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One run: all that it is made of, put together, and the loop that takes one event after another.
 */
final class Run {
  /** Progress is told about each so many events. */
  private static final int EVENTS_A_REPORT = 1 << 16;

  private final Scenario scenario;
  private final Contender contender;
  private final long seed;
  private final long end;
  private final Agenda agenda = new Agenda();
  private final Trips trips = new Trips();
  private final List<Machine> machines = new ArrayList<>();
  private final List<Routine> routines = new ArrayList<>();

  /** The numbers of routines that are over, to be given to others: messages are one each. */
  private final Deque<Integer> freeRoutines = new ArrayDeque<>();

  private final Places places;
  private final Probes probes;
  private final List<Fleet> fleets = new ArrayList<>();
  private final Caller[][] callers;
  private final Deadlines[] deadlines;
  private final Requests requests;
  private final Streams streams;
  private final Script script;
  private final Recorder recorder;
  private final SlowLoop slowLoop;
  private final Measuring measuring;

  Run(Scenario scenario, Contender contender, long seed) {
    this.scenario = scenario;
    this.contender = contender;
    this.seed = seed;
    long warmUp = scenario.warmUp().toNanos();
    this.end = warmUp + scenario.duration().toNanos();
    this.places = new Places(scenario.clusters(), scenario.links(), scenario.prices());
    this.probes = new Probes(agenda, places, seed);
    List<Service> services = scenario.services();
    services.forEach(each -> fleets.add(new Fleet(agenda, places, each, seed, machines)));
    Callers made = new Callers(scenario, seed, places, fleets, this::balancer);
    this.callers = made.byServiceAndPlace();
    this.recorder = new Recorder(warmUp, services.stream().map(Service::name).toList());
    Oracle oracle = new Oracle(agenda, places, fleets);
    this.deadlines = new Deadlines[services.size()];
    Arrays.setAll(
        deadlines, at -> new Deadlines(agenda, trips, at, services.get(at).deadline().toNanos()));
    this.requests =
        new Requests(
            agenda,
            trips,
            places,
            made.all().toArray(Caller[]::new),
            deadlines,
            contender.oracle() ? oracle : new Balanced(),
            recorder,
            new Calls(services, callers),
            services.stream().mapToLong(each -> each.successWithin().toNanos()).toArray(),
            warmUp);
    this.streams = new Streams(agenda, requests, end);
    this.script =
        new Script(
            scenario.faults(),
            places,
            scenario.prices(),
            fleets,
            pod -> {
              oracle.lost(pod);
              requests.lost(pod);
            },
            this::scaled);
    Geography geography = new Geography(scenario, places, script);
    List<Source> sources = Source.of(made.all());
    this.slowLoop = slowLoop(sources, geography);
    this.measuring = new Measuring(scenario, places, made.all(), recorder, sources, slowLoop);
    slowLoop.schedule(this::at);
    addTraffic(made);
  }

  private SlowLoop slowLoop(List<Source> sources, Geography geography) {
    if (contender.objective().isEmpty()) {
      return SlowLoop.NONE;
    }
    List<Steered> steered = Groups.of(scenario.services(), contender.objective().get());
    return contender.central()
        ? new Central(sources, geography::topology, script, steered, scenario.exchange(), seed)
        : new Alone(sources, geography::topology, steered, seed);
  }

  private @Nullable ServiceBalancer balancer(Fleet fleet, int place) {
    if (contender.oracle()) {
      return null;
    }
    Service service = fleet.service();
    String name = "balancer " + service.name() + " at " + places.place(place);
    ServiceBalancer balancer =
        new ServiceBalancer(
            service.serviceName(),
            contender.balancer().orElse(service.balancer()),
            places.place(place),
            agenda.clock(),
            new RandomStream(seed, name),
            Optional.of(probes.from(place, fleet)));
    balancer.update(fleet.endpoints());
    return balancer;
  }

  private void addTraffic(Callers made) {
    List<String> names = scenario.services().stream().map(Service::name).toList();
    for (int entry = 0; entry < scenario.traffic().size(); entry++) {
      Traffic traffic = scenario.traffic().get(entry);
      int service = names.indexOf(traffic.service());
      double capacity = fleets.get(service).capacity();
      streams.add(entry, traffic, callers[service], made.shares(entry), capacity, seed);
    }
    script.schedule(this::at);
    addAutoscalers();
    measuring.schedule(this::at);
  }

  private void addAutoscalers() {
    for (Fleet fleet : fleets) {
      fleet
          .service()
          .autoscaler()
          .ifPresent(
              rule ->
                  fleet.service().pods().stream()
                      .map(Service.Pods::cluster)
                      .distinct()
                      .map(cluster -> new Autoscaling(fleet, cluster, rule, this::scaled, this::at))
                      .forEach(scaler -> at(scaler, scaler.firstAt())));
    }
  }

  /** Runs something at a time. */
  private void at(Routine routine, long when) {
    Integer free = freeRoutines.poll();
    int number = free == null ? routines.size() : free;
    if (free == null) {
      routines.add(routine);
    } else {
      routines.set(number, routine);
    }
    agenda.add(when, Kind.ROUTINE, 0, number);
  }

  /** A fleet has other pods than before. */
  private void scaled(Fleet fleet) {
    script.apply(agenda.now());
    for (Caller[] ofService : callers) {
      for (Caller caller : ofService) {
        if (caller != null && caller.fleet.equals(fleet) && caller.balancer != null) {
          caller.balancer.update(fleet.endpoints());
        }
      }
    }
  }

  Outcome toEnd(DoubleConsumer progress) {
    until(end, progress);
    progress.accept(1);
    return measuring.outcome(contender.name(), end);
  }

  /** Goes on to a time, nanoseconds since the start. */
  void until(long time, DoubleConsumer progress) {
    int untilReport = EVENTS_A_REPORT;
    while (agenda.nextAt() <= time) {
      handle(agenda.take());
      if (--untilReport == 0) {
        untilReport = EVENTS_A_REPORT;
        progress.accept((double) agenda.now() / end);
      }
    }
    agenda.clock().moveTo(time);
  }

  private void handle(long event) {
    int subject = Agenda.subject(event);
    switch (Agenda.kind(event)) {
      case ARRIVAL -> streams.arrival(subject);
      case USER -> streams.user(subject);
      case REACHES_POD, DONE, FIRST_BYTE, ENDS -> trip(event, trips.get(subject));
      case DEADLINE -> overdue(deadlines[subject]);
      case PROBE -> probes.event(subject);
      case ROUTINE -> routine(subject);
      case MACHINE -> machine(event, machines.get(subject));
    }
  }

  private void trip(long event, Trip trip) {
    if (!Agenda.isOf(event, trip.step)) {
      return;
    }
    switch (Agenda.kind(event)) {
      case REACHES_POD -> requests.reachesPod(trip);
      case DONE -> requests.done(trip);
      case FIRST_BYTE -> requests.firstByte(trip);
      case ENDS -> requests.ends(trip);
      default -> throw new AssertionError("an event of a trip");
    }
  }

  private void overdue(Deadlines due) {
    due.event();
    Trip trip = due.due();
    while (trip != null) {
      requests.overdue(trip);
      trip = due.due();
    }
  }

  private void routine(int number) {
    long next = routines.get(number).run(agenda.now());
    if (next == Routine.NEVER) {
      routines.set(number, now -> Routine.NEVER);
      freeRoutines.push(number);
    } else {
      agenda.add(next, Kind.ROUTINE, 0, number);
    }
  }

  private void machine(long event, Machine machine) {
    if (!Agenda.isOf(event, machine.step())) {
      return;
    }
    Trip done = machine.due();
    while (done != null) {
      requests.done(done);
      done = machine.due();
    }
  }

  /** Pods of a service that take requests. */
  int pods(String service) {
    return fleets.stream()
        .filter(fleet -> fleet.service().name().equals(service))
        .mapToInt(fleet -> fleet.pods().size())
        .sum();
  }

  /** Requests of the traffic since the warm-up that have not ended, counted one by one. */
  long inFlight() {
    return count(
        trip ->
            trip.parent == null
                && !trip.abandoned
                && trip.startedAt >= scenario.warmUp().toNanos());
  }

  /** Leases that have not ended, counted one by one. */
  long leasesInFlight() {
    return count(trip -> trip.lease != null && !trip.abandoned);
  }

  private long count(Predicate<Trip> which) {
    long found = 0;
    for (int index = 0; index < trips.size(); index++) {
      Trip trip = trips.get(index);
      found += trip.state != Trip.State.FREE && which.test(trip) ? 1 : 0;
    }
    return found;
  }

  /** Leases that have not ended, as the balancers count them. */
  long balancersInFlight() {
    long found = 0;
    for (Caller[] ofService : callers) {
      for (Caller caller : ofService) {
        if (caller != null && caller.balancer != null) {
          found +=
              caller.balancer.report().destinations().stream()
                  .mapToLong(DestinationReport::inFlight)
                  .sum();
        }
      }
    }
    return found;
  }
}
