package dev.fairlead.app.simulate.document;

import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.discovery.document.TrafficPolicyDocument;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Service.Autoscaler;
import dev.fairlead.simulator.scenario.Service.Call;
import dev.fairlead.simulator.scenario.Service.Machines;
import dev.fairlead.simulator.scenario.Service.Pods;
import dev.fairlead.simulator.scenario.Service.Slowdown;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Readers of services: what they cost, where their pods are, whom they call. */
final class Services {
  static final Reader<BalancerPolicy> BALANCER = Structures.object(TrafficPolicyDocument::embedded);

  private static final int MOST_GROUPS = 1000;
  private static final int MOST_CALLS = 100;
  private static final Law NOTHING = new Law.Fixed(0);

  private static final Reader<Slowdown> SLOWDOWN = Parts.part(Services::slowdown);
  private static final Reader<Machines> MACHINES = Parts.part(Services::machines);
  private static final Reader<Autoscaler> AUTOSCALER = Parts.part(Services::autoscaler);

  private final Outline names;

  Services(Outline names) {
    this.names = names;
  }

  Reader<Service> service() {
    return Parts.part(this::service);
  }

  private Supplier<Service> service(Fields fields) {
    String name = fields.required("name", Outline.OWN_NAME, "?");
    Law requestBytes = fields.optional("requestBytes", Laws.SIZE, Service.DEFAULT_REQUEST_BYTES);
    Law responseBytes = fields.optional("responseBytes", Laws.SIZE, Service.DEFAULT_RESPONSE_BYTES);
    Law serviceTime = fields.required("serviceTime", Laws.TIME, NOTHING);
    Duration deadline = fields.optional("deadline", Units.POSITIVE_TIME, Service.DEFAULT_DEADLINE);
    Duration successWithin = fields.optional("successWithin", Units.POSITIVE_TIME, deadline);
    if (successWithin.compareTo(deadline) > 0) {
      fields
          .find("successWithin")
          .ifPresent(at -> at.problem("is after 'deadline'", "write at most the deadline"));
    }
    int retries = fields.optional("retries", Scalars.integer(0, 3), Service.DEFAULT_RETRIES);
    BalancerPolicy balancer = fields.optional("balancer", BALANCER, BalancerPolicy.DEFAULT);
    List<Pods> pods =
        fields.required("pods", Structures.list(Parts.part(this::pods), 1, MOST_GROUPS), List.of());
    Optional<Autoscaler> autoscaler = fields.optional("autoscaler", AUTOSCALER);
    List<Call> calls =
        fields.optional("calls", Structures.list(Parts.part(this::call), 0, MOST_CALLS), List.of());
    boolean inParallel = fields.optional("callsInParallel", Scalars.BOOLEAN, false);
    return () ->
        new Service(
            name,
            requestBytes,
            responseBytes,
            serviceTime,
            deadline,
            successWithin,
            retries,
            balancer,
            pods,
            autoscaler,
            calls,
            inParallel);
  }

  private Supplier<Pods> pods(Fields fields) {
    Link.End place = names.place(fields);
    int count = fields.required("count", Scalars.integer(0, 10_000), 1);
    int workers = fields.optional("workers", Scalars.integer(1, 10_000), Pods.DEFAULT_WORKERS);
    int queue = fields.optional("queue", Scalars.integer(0, 1_000_000), Pods.DEFAULT_QUEUE);
    Optional<Law> serviceTime = fields.optional("serviceTime", Laws.TIME);
    Slowdown slowdown = fields.optional("slowdown", SLOWDOWN, Slowdown.NONE);
    Optional<Machines> machines = fields.optional("machines", MACHINES);
    double weight = fields.optional("weight", Scalars.number(0.001, 1_000_000), 1.0);
    Optional<Double> capacityHint = fields.optional("capacityHint", Units.RATE);
    return () ->
        new Pods(
            place.cluster(),
            place.zone(),
            count,
            workers,
            queue,
            serviceTime,
            slowdown,
            machines,
            weight,
            capacityHint);
  }

  private static Supplier<Slowdown> slowdown(Fields fields) {
    if (fields.find("rate").isPresent() || fields.find("power").isPresent()) {
      double rate = fields.required("rate", Units.RATE, 1.0);
      double power = fields.required("power", Scalars.number(0, 10), 1.0);
      return () -> new Slowdown.ByRate(rate, power);
    }
    double knee = fields.required("knee", Units.SHARE, 1.0);
    double factor = fields.required("factor", Scalars.number(1, 1000), 1.0);
    return () -> new Slowdown.Filling(knee, factor);
  }

  private static Supplier<Machines> machines(Fields fields) {
    Reader<Double> cores = Scalars.number(0.001, 100_000);
    int podsPerMachine = fields.required("podsPerMachine", Scalars.integer(1, 1000), 1);
    double all = fields.required("cores", cores, 1.0);
    double allocation = fields.required("allocation", cores, 0.001);
    Law antagonist = fields.required("antagonist", Laws.NUMBER, NOTHING);
    Law hold = fields.required("hold", Laws.TIME, NOTHING);
    return () -> new Machines(podsPerMachine, all, allocation, antagonist, hold);
  }

  private static Supplier<Autoscaler> autoscaler(Fields fields) {
    double target = fields.optional("target", Scalars.percent(1, 100), Autoscaler.DEFAULT_TARGET);
    Duration interval = fields.optional("interval", Units.INTERVAL, Autoscaler.DEFAULT_INTERVAL);
    Duration delay = fields.optional("delay", Units.TIME_OR_ZERO, Autoscaler.DEFAULT_DELAY);
    Duration downAfter =
        fields.optional("downAfter", Units.TIME_OR_ZERO, Autoscaler.DEFAULT_DOWN_AFTER);
    int min = fields.required("min", Scalars.integer(1, 10_000), 1);
    int max = fields.required("max", Scalars.integer(1, 10_000), 10_000);
    if (max < min) {
      fields.find("max").ifPresent(at -> at.problem("is below 'min'", "swap the two"));
    }
    return () -> new Autoscaler(target, interval, delay, downAfter, min, max);
  }

  private Supplier<Call> call(Fields fields) {
    String service = fields.required("service", names.service(), "?");
    double ratio = fields.optional("ratio", Scalars.number(0, 100), 1.0);
    Optional<Integer> trafficClass = fields.optional("class", Units.TRAFFIC_CLASS);
    return () -> new Call(service, ratio, trafficClass);
  }
}
