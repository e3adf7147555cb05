package dev.fairlead.kubernetes.enforce;

import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.Fault;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.event.EventWriter;
import dev.fairlead.kubernetes.lead.Leadership;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.plan.Plan;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Enforces plans as the weights of TrafficSplits and routes that opted in by a label. Orders are
 * taken at once and carried out by one thread; of several for one object the last counts.
 *
 * <p>An object that opts out gets its weights back, whoever led it and when; so does one that is
 * {@link #release released}. What is lost with this process is only orders: the next one reads what
 * was led from the WeightPlans.
 */
public final class SplitEnforcer implements AutoCloseable {
  /** How soon a definition that was installed meanwhile, or an event that was lost, is noticed. */
  private static final Duration RESYNC = Duration.ofSeconds(30);

  /** After a request that failed; doubled up to {@link #RESYNC}. */
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

  private static final String NOT_SERVED = "not-served";
  private static final Outcome ANOTHER_ROUTE = Outcome.refused(Enforcement.ANOTHER_ROUTE);

  /** Told of what an operator should know, on any thread, and must not block. */
  public interface Listener {
    /** {@link #led} has changed. */
    void ledChanged();

    /** Weights were written or given back. */
    void wrote(ObjectName target, String what);

    /** Something was not done; it is tried again where that may help. */
    void failed(ObjectName target, String why);
  }

  private final OptIn optIn;
  private final Leadership leadership;
  private final Timer timer;
  private final Listener listener;
  private final Watches watches;
  private final Enforcement enforcement;
  private final WeightEvents events;
  private final Object monitor = new Object();

  /** Whether somebody else splits a generated route's traffic, since the last resync. */
  private final Map<ObjectName, Boolean> rivals = new ConcurrentHashMap<>();

  /** Whether the API server said which kinds it has. */
  private volatile boolean served;

  private final Map<ObjectName, Order> orders = new HashMap<>();
  private final Set<ObjectName> due = new LinkedHashSet<>();
  private final Map<ObjectName, Duration> retries = new HashMap<>();

  /** Those that a timer brings back: orders come each period, and one timer is enough. */
  private final Set<ObjectName> retrying = new HashSet<>();

  /** Why something was not done, until it was: each reason is told once. */
  private final Map<ObjectName, String> told = new ConcurrentHashMap<>();

  private final Map<String, Long> suppressed = new TreeMap<>();
  private final Map<String, Long> refused = new TreeMap<>();
  private long writes;
  private long restored;
  private long conflicts;
  private long failures;
  private boolean closed;
  private @Nullable Thread worker;
  private Timer.@Nullable Cancel resync;

  /**
   * Enforces nothing before {@link #start}.
   *
   * @param leadership whether this process may write; one that may not still sees what opted in
   * @param clock for what a person reads in a WeightPlan
   */
  public SplitEnforcer(
      Cluster cluster,
      OptIn optIn,
      Leadership leadership,
      Clock clock,
      Timer timer,
      Listener listener) {
    this.optIn = optIn;
    this.leadership = leadership;
    this.timer = timer;
    this.listener = listener;
    Served served = new Served(cluster);
    this.watches = new Watches(cluster, served, optIn, this::changed);
    this.enforcement =
        new Enforcement(
            new ApiObjects(cluster, served),
            new ApiRoutes(cluster, served),
            optIn,
            leadership,
            clock,
            new Observer());
    this.events =
        new WeightEvents(
            new EventWriter(cluster.client(), "fairlead.dev/controller", clock),
            why -> listener.failed(new ObjectName("Event", "", optIn.key()), why));
  }

  /** Watches and works from now on, without waiting for the API server. */
  public void start() {
    synchronized (monitor) {
      Thread thread = new Thread(this::work, "fairlead-splits");
      thread.setDaemon(true);
      worker = thread;
      thread.start();
      resync = timer.after(Duration.ZERO, this::resync);
    }
  }

  /** Our name in the status of a WeightPlan. */
  public String enforcer() {
    return enforcement.enforcer();
  }

  /**
   * The objects that opted in, with their weights, as they were last seen: first those that have a
   * plan in force, by name.
   */
  public List<LedSplit> led() {
    return watches.splits().stream().map(Split::led).toList();
  }

  /**
   * Makes {@code plan} the weights of an object, in {@link Mode#DRIVE}; only the WeightPlan's, in
   * {@link Mode#ADVISE}; in {@link Mode#OBSERVE} as {@link #release}. Stands until the next order.
   *
   * @param plan of the class-blind traffic; destinations are the backends of {@link LedSplit}
   */
  public void enforce(ObjectName target, Mode mode, Plan plan, String why) {
    enforce(target, mode, plan, why, Optional.empty());
  }

  /**
   * The same of a route that is made in {@link Mode#DRIVE} where its service has none, and removed
   * in the others.
   */
  public void enforce(
      ObjectName target, Mode mode, Plan plan, String why, Optional<GeneratedRoute> route) {
    synchronized (monitor) {
      orders.put(target, new Order(mode, plan, why, route));
      add(target);
    }
  }

  /** Has a route be there before anything is planned; the last plan that was ordered stands. */
  public void make(GeneratedRoute route) {
    ObjectName target = RouteMaker.name(route);
    synchronized (monitor) {
      Order now = orders.get(target);
      if (now == null || now.mode() != Mode.DRIVE || !now.route().equals(Optional.of(route))) {
        orders.put(target, Order.toBeThere(route));
        add(target);
      }
    }
  }

  /** The object that a route is, made or not. */
  public static ObjectName target(GeneratedRoute route) {
    return RouteMaker.name(route);
  }

  /** As {@link #release}, but of a generated route only where its objective asks for it no more. */
  public void abandon(ObjectName target) {
    synchronized (monitor) {
      orders.put(target, Order.ABANDON);
      add(target);
    }
  }

  /** Gives the object its original weights back, as its objective is gone. */
  public void release(ObjectName target) {
    synchronized (monitor) {
      orders.put(target, Order.RELEASE);
      add(target);
    }
  }

  /** Looks at all that is or was led: as when this process begins to lead. */
  public void reconcile() {
    synchronized (monitor) {
      watches.planned().forEach(this::add);
      orders.keySet().forEach(this::add);
    }
  }

  public EnforcerCounts counts() {
    synchronized (monitor) {
      return new EnforcerCounts(writes, restored, suppressed, conflicts, refused, failures);
    }
  }

  /** Writes nothing more; all weights stay as they are. */
  @Override
  public void close() {
    Thread thread;
    synchronized (monitor) {
      closed = true;
      thread = worker;
      if (resync != null) {
        resync.cancel();
      }
      monitor.notifyAll();
    }
    watches.close();
    if (thread != null) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void changed(ObjectName target) {
    rivals.remove(target, true);
    synchronized (monitor) {
      add(target);
    }
    listener.ledChanged();
  }

  /** Under the monitor. */
  private void add(ObjectName target) {
    due.add(target);
    monitor.notifyAll();
  }

  private final class Observer implements Enforcement.Witness {
    @Override
    public void conflict() {
      synchronized (monitor) {
        conflicts++;
      }
    }

    @Override
    public void changed(Split before, Map<String, WrittenWeight> after, String why) {
      events.changed(before, after, why);
    }

    @Override
    public void restored(Split before, Map<String, WrittenWeight> after) {
      events.restored(before, after);
    }

    @Override
    public void made(Split route) {
      events.made(route);
    }
  }

  private void resync() {
    ObjectName server = new ObjectName("APIServer", "", optIn.key());
    Duration pause = RESYNC;
    try {
      watches.follow();
      served = true;
      rivals.clear();
      reconcile();
      told.remove(server);
      synchronized (monitor) {
        retries.remove(server);
      }
    } catch (RuntimeException e) {
      failed(server, e);
      pause = nextRetry(server);
    }
    synchronized (monitor) {
      if (!closed) {
        resync = timer.after(pause, this::resync);
      }
    }
  }

  private void work() {
    while (true) {
      ObjectName target;
      Order order;
      synchronized (monitor) {
        while (due.isEmpty() && !closed) {
          try {
            monitor.wait();
          } catch (InterruptedException e) {
            return;
          }
        }
        if (closed) {
          return;
        }
        target = due.iterator().next();
        due.remove(target);
        order = orders.get(target);
      }
      try {
        ended(target, settle(target, order));
      } catch (RuntimeException e) {
        failed(target, e);
        if (e instanceof ObjectFault fault && fault.kind() == ObjectFault.Kind.REFUSED) {
          String why = String.valueOf(e.getMessage());
          watches.split(target).ifPresent(split -> events.refusedByServer(split, why));
        }
        retry(target);
      }
    }
  }

  private Outcome settle(ObjectName target, @Nullable Order order) {
    Optional<Split> split = watches.split(target);
    Optional<StoredPlan> stored = watches.plan(target);
    if (!leadership.isLeader()) {
      return Outcome.refused(Enforcement.NOT_LEADER);
    }
    if (!watches.serves(target.kind())) {
      // For a moment, or for ever: what was written down of its objects is not thrown away.
      boolean isMissed = served && order != null && order.makesRoute();
      return isMissed ? Outcome.refused(NOT_SERVED) : Outcome.suppressed(NOT_SERVED);
    }
    if (watches.takeStranger(target)) {
      enforcement.judge(target.namespace());
    }
    if (order == null) {
      return stored.isPresent() ? enforcement.check(target) : Outcome.suppressed("unordered");
    }
    if (order.mode() == Mode.OBSERVE
        && stored.isEmpty()
        && !enforcement.remembers(target)
        && split.filter(Split::isGenerated).isEmpty()) {
      return Outcome.suppressed("not-led");
    }
    boolean isSettled =
        stored.isPresent()
            && enforcement
                .seen(split, order)
                .filter(seen -> enforcement.isSettled(seen, stored.get(), order))
                .isPresent();
    if (order.route().isEmpty()) {
      return isSettled ? Outcome.suppressed("met") : enforcement.follow(target, order);
    }
    return settleRoute(target, order, isSettled);
  }

  /**
   * Who else splits its traffic is not watched: it is looked for before a write, and at a resync.
   */
  private Outcome settleRoute(ObjectName target, Order order, boolean isSettled) {
    Boolean rivalled = rivals.get(target);
    if (rivalled != null && (rivalled || isSettled)) {
      return rivalled ? ANOTHER_ROUTE : Outcome.suppressed("met");
    }
    Outcome outcome = enforcement.follow(target, order);
    rivals.put(target, outcome.equals(ANOTHER_ROUTE));
    return outcome;
  }

  private void ended(ObjectName target, Outcome outcome) {
    synchronized (monitor) {
      retries.remove(target);
      switch (outcome.kind()) {
        case WRITTEN -> writes++;
        case RESTORED -> restored++;
        case SUPPRESSED -> suppressed.merge(outcome.reason(), 1L, Long::sum);
        case REFUSED -> refused.merge(outcome.reason(), 1L, Long::sum);
      }
      if (watches.split(target).isEmpty() && watches.plan(target).isEmpty()) {
        orders.computeIfPresent(target, (name, order) -> order.route().isPresent() ? order : null);
      }
    }
    switch (outcome.kind()) {
      case WRITTEN -> {
        told.remove(target);
        listener.wrote(target, outcome.reason().isEmpty() ? "weights written" : outcome.reason());
      }
      case RESTORED -> {
        told.remove(target);
        listener.wrote(
            target, outcome.reason().isEmpty() ? "original weights restored" : outcome.reason());
      }
      case SUPPRESSED -> told.remove(target);
      case REFUSED -> {
        // Who stands by has nothing to say of each object.
        if (!outcome.reason().equals(Enforcement.NOT_LEADER)
            && !outcome.reason().equals(told.put(target, outcome.reason()))) {
          listener.failed(target, outcome.reason());
          watches.split(target).ifPresent(split -> events.refused(split, outcome.reason()));
        }
      }
    }
  }

  private void failed(ObjectName target, RuntimeException fault) {
    synchronized (monitor) {
      failures++;
    }
    String why = Fault.why(fault);
    if (!why.equals(told.put(target, why))) {
      listener.failed(target, why);
    }
  }

  private Duration nextRetry(ObjectName of) {
    synchronized (monitor) {
      Duration pause = retries.getOrDefault(of, FIRST_RETRY);
      Duration longer = pause.multipliedBy(2);
      retries.put(of, longer.compareTo(RESYNC) < 0 ? longer : RESYNC);
      return pause;
    }
  }

  private void retry(ObjectName target) {
    synchronized (monitor) {
      if (!closed && retrying.add(target)) {
        timer.after(
            nextRetry(target),
            () -> {
              synchronized (monitor) {
                retrying.remove(target);
                add(target);
              }
            });
      }
    }
  }
}
