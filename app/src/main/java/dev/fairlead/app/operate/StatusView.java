package dev.fairlead.app.operate;

import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.report.Proposal;
import dev.fairlead.app.state.LedStatus;
import dev.fairlead.app.state.Sources;
import dev.fairlead.app.state.Status;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.demand.Observation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/status}: the process, and what holds for each service that is steered, with whoever
 * ordered otherwise than the documents.
 *
 * @param reasons why it is not ready, and what else an operator should know; a line each
 * @param led what an operator should know of services whose traffic others carry; a line each
 * @param frozen an order that all services be
 */
public record StatusView(
    String version,
    boolean ready,
    List<String> reasons,
    long generation,
    List<String> led,
    @Nullable Said frozen,
    List<Service> services) {

  /**
   * Who ordered something.
   *
   * @param atMillis Unix time
   * @param why empty: nobody said
   */
  public record Said(String by, long atMillis, double ageSeconds, String why) {}

  /**
   * One service.
   *
   * @param policy null where the documents no longer steer it, but an order stands
   * @param mode that holds
   * @param documentedMode what it is without {@code modeOrder}
   * @param enforcer who has the weights follow the plan; null before the first
   * @param signalsAgeSeconds of the oldest numbers that the plan rests on; null where there are
   *     none
   * @param rolledBackTo the version whose weights the freeze keeps
   * @param applied the version that somebody put in force in the mode advise
   * @param planVersion null before the first plan
   */
  public record Service(
      String name,
      @Nullable String policy,
      @Nullable String mode,
      @Nullable String documentedMode,
      @Nullable Said modeOrder,
      @Nullable Said frozen,
      @Nullable String enforcer,
      @Nullable Double signalsAgeSeconds,
      @Nullable Long rolledBackTo,
      @Nullable Long applied,
      @Nullable Said appliedOrder,
      @Nullable Long planVersion,
      @Nullable Double planAgeSeconds,
      @Nullable String why) {}

  /** As it is now. */
  public static StatusView of(Sources sources) {
    Overrides.Board board = sources.overrides().board();
    Map<ServiceName, Objective> steering = sources.steering().get();
    Map<ServiceName, PlanView> plans = sources.plans().get();
    long now = sources.clock().millis();
    TreeSet<ServiceName> names = new TreeSet<>(steering.keySet());
    names.addAll(board.services().keySet());
    List<Service> services = new ArrayList<>();
    for (ServiceName name : names) {
      services.add(service(name, board, steering.get(name), plans.get(name), sources, now));
    }
    Status status = sources.status().get();
    return new StatusView(
        sources.version(),
        status.ready(),
        status.reasons(),
        status.config().generation(),
        sources.led().get().map(LedStatus::notes).orElse(List.of()),
        board.all().map(freeze -> said(freeze.order(), now)).orElse(null),
        services);
  }

  Optional<Service> of(ServiceName name) {
    return services.stream().filter(each -> each.name().equals(name.toString())).findFirst();
  }

  private static Service service(
      ServiceName name,
      Overrides.Board board,
      @Nullable Objective objective,
      @Nullable PlanView view,
      Sources sources,
      long now) {
    Overrides.OfService own = board.of(name);
    Optional<Overrides.Freeze> freeze = board.freezeOf(name);
    Mode documented = objective == null ? null : objective.mode();
    return new Service(
        name.toString(),
        objective == null ? null : objective.policy().id(),
        documented == null ? null : word(board.modeOf(name, documented)),
        documented == null ? null : word(documented),
        own.mode().map(each -> said(each.order(), now)).orElse(null),
        freeze.map(each -> said(each.order(), now)).orElse(null),
        view == null ? null : view.enforcer(),
        view == null ? null : age(view, sources.ticker().nanos()),
        freeze.flatMap(Overrides.Freeze::plan).map(plan -> plan.version()).orElse(null),
        own.applied().map(each -> each.plan().version()).orElse(null),
        own.applied().map(each -> said(each.order(), now)).orElse(null),
        view == null ? null : view.version(),
        view == null ? null : (sources.ticker().nanos() - view.changedAtNanos()) / 1e9,
        view == null ? unmeasured(sources, name) : view.why());
  }

  private static @Nullable String unmeasured(Sources sources, ServiceName name) {
    return sources.others().get().containsKey(name) ? Proposal.UNMEASURED : null;
  }

  private static @Nullable Double age(PlanView view, long now) {
    return view.insight().seen().stream()
        .flatMap(
            seen ->
                seen.destinations().stream()
                    .filter(Observation.Destination::isMeasured)
                    .map(each -> (each.ageNanos() + Math.max(0, now - seen.nanos())) / 1e9))
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  static String word(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  private static Said said(Overrides.Order order, long now) {
    return new Said(
        order.by(), order.atMillis(), Math.max(0, now - order.atMillis()) / 1e3, order.why());
  }
}
