package dev.fairlead.app.report;

import dev.fairlead.app.control.Led;
import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.state.Sources;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/proposals}: what the controller would do with a service now, beside what traffic
 * follows.
 *
 * @param version of the plan that {@code apply} would put in force; 0: there is none yet, and
 *     things stay as they are
 * @param follows what decides now: {@code plan}, {@code applied plan}, {@code locality}, or the
 *     {@code weights of its object} where others carry the traffic
 * @param frozen whether nothing changes for now
 * @param nowPerMonth dollars as traffic goes; null without traffic, or where nobody counts bytes
 * @param thenPerMonth dollars with the proposal
 * @param thenMillis null where a destination was too little used to say
 * @param requests that money and latency rest on
 */
public record Proposal(
    String service,
    String mode,
    long version,
    String follows,
    boolean frozen,
    List<Row> rows,
    @Nullable Double nowPerMonth,
    @Nullable Double thenPerMonth,
    @Nullable Double nowMillis,
    @Nullable Double thenMillis,
    double requests) {
  private static final String WEIGHTS_OF_OBJECT = "weights of its object";

  /** Of so much traffic money and latency are reckoned: fresh, and enough of it. */
  private static final Duration WINDOW = Duration.ofMinutes(5);

  /** Why what others carry has no plan yet. */
  public static final String UNMEASURED =
      "nothing of it is measured yet, and its weights stay as they are";

  /**
   * One destination.
   *
   * @param now its share as it is: of the plan in force, else as traffic went; null: not known
   * @param then its share by the proposal
   */
  public record Row(String destination, @Nullable Double now, double then, String why) {}

  /** Of one service, or of all that are planned or whose object is led. */
  public static List<Proposal> of(Sources sources, Optional<ServiceName> one) {
    Map<ServiceName, PlanView> plans = sources.plans().get();
    TreeSet<ServiceName> names = new TreeSet<>(plans.keySet());
    names.addAll(sources.others().get().keySet());
    names.retainAll(one.map(Set::of).orElse(Set.copyOf(names)));
    List<Proposal> proposals = new ArrayList<>();
    for (ServiceName name : names) {
      PlanView view = plans.get(name);
      Led led = sources.others().get().get(name);
      if (view != null) {
        proposals.add(of(sources, name, view));
      } else if (led != null) {
        unmeasured(sources, led).ifPresent(proposals::add);
      }
    }
    return proposals;
  }

  /** The weights as they are; empty where nobody wants them to be led. */
  private static Optional<Proposal> unmeasured(Sources sources, Led led) {
    ServiceName name = led.service();
    Overrides.Board board = sources.overrides().board();
    double sum = led.weights().values().stream().mapToDouble(Double::doubleValue).sum();
    List<Row> rows = new ArrayList<>();
    new TreeMap<>(led.weights())
        .forEach(
            (destination, weight) -> {
              double share = sum > 0 ? weight / sum : 0;
              rows.add(new Row(destination, share, share, UNMEASURED));
            });
    return Optional.ofNullable(sources.steering().get().get(name))
        .map(
            objective ->
                new Proposal(
                    name.toString(),
                    board.modeOf(name, objective.mode()).name().toLowerCase(Locale.ROOT),
                    0,
                    WEIGHTS_OF_OBJECT,
                    board.freezeOf(name).isPresent(),
                    rows,
                    null,
                    null,
                    null,
                    null,
                    0));
  }

  private static Proposal of(Sources sources, ServiceName name, PlanView view) {
    Overrides.Board board = sources.overrides().board();
    Optional<Overrides.Applied> applied = board.of(name).applied();
    Reckoning reckoning = new Reckoning(sources, name, WINDOW);
    // In drive the plan is in force: what is left is what change control holds back.
    Plan proposed = view.mode() == Mode.DRIVE ? view.wanted() : view.inForce();
    Optional<Plan> followed =
        view.mode() == Mode.DRIVE
            ? Optional.of(view.inForce())
            : applied.map(each -> each.plan().plan());
    boolean known = reckoning.all().requests() > 0;
    boolean priced = known && reckoning.hasBytes();
    Map<String, Double> then = shares(proposed);
    return new Proposal(
        name.toString(),
        view.mode().name().toLowerCase(Locale.ROOT),
        view.version(),
        follows(sources, name, view, applied.isPresent()),
        board.freezeOf(name).isPresent(),
        rows(followed, proposed, known ? Optional.of(reckoning) : Optional.empty()),
        priced ? reckoning.monthly() : null,
        priced ? reckoning.monthly(then) : null,
        reckoning.millis().orElse(null),
        reckoning.millis(proposed).orElse(null),
        reckoning.all().requests());
  }

  private static String follows(Sources sources, ServiceName name, PlanView view, boolean applied) {
    if (view.mode() == Mode.DRIVE) {
      return "plan";
    }
    if (applied) {
      return "applied plan";
    }
    return sources.others().get().containsKey(name) ? WEIGHTS_OF_OBJECT : "locality";
  }

  private static List<Row> rows(
      Optional<Plan> followed, Plan proposed, Optional<Reckoning> traffic) {
    Map<String, Double> now = followed.map(Proposal::shares).orElse(Map.of());
    Map<String, Double> then = shares(proposed);
    Map<String, String> why = new LinkedHashMap<>();
    proposed.shares().forEach(share -> why.put(share.destination(), share.reason()));
    TreeSet<String> names = new TreeSet<>(then.keySet());
    names.addAll(now.keySet());
    List<Row> rows = new ArrayList<>();
    for (String name : names) {
      Double is =
          followed.isPresent()
              ? now.getOrDefault(name, 0.0)
              : traffic.map(each -> each.observed(name)).orElse(null);
      rows.add(new Row(name, is, then.getOrDefault(name, 0.0), why.getOrDefault(name, "gone")));
    }
    return rows;
  }

  private static Map<String, Double> shares(Plan plan) {
    Map<String, Double> shares = new LinkedHashMap<>();
    plan.shares().forEach(share -> shares.put(share.destination(), share.share()));
    return shares;
  }
}
