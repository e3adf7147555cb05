package dev.fairlead.app.operate;

import dev.fairlead.app.control.OrderRefused;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.report.Proposal;
import dev.fairlead.app.state.Sources;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.yaml.Nearest;
import dev.fairlead.steering.control.Objective;
import java.util.Objects;
import java.util.TreeSet;

/** A service that is steered, as somebody named it. */
public record Steered(ServiceName name, Objective documented) {
  private static final String DEFAULT_NAMESPACE = "default";

  /** No service has the name. */
  static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unknown(String why) {
      super(why);
    }
  }

  /**
   * {@code [namespace/]name}.
   *
   * @throws Unknown where no service has it
   * @throws OrderRefused where the service is not steered
   */
  static Steered named(Sources sources, String text) {
    ServiceName name = known(sources, text);
    Objective objective = sources.steering().get().get(name);
    if (objective == null) {
      throw new OrderRefused(
          name + " is not steered (a TrafficObjective with it in targetRefs does that)");
    }
    return new Steered(name, objective);
  }

  /** The same, steered or not. */
  public static ServiceName known(Sources sources, String text) {
    int slash = text.indexOf('/');
    String namespace = slash < 0 ? DEFAULT_NAMESPACE : text.substring(0, slash);
    String own = text.substring(slash + 1);
    if (!namespace.isEmpty() && !own.isEmpty()) {
      ServiceName name = new ServiceName(namespace, own);
      if (sources.inForce().get().configuration().services().containsKey(name)
          || sources.steering().get().containsKey(name)) {
        return name;
      }
    }
    TreeSet<String> names = new TreeSet<>();
    sources.inForce().get().configuration().services().keySet().stream()
        .map(ServiceName::toString)
        .forEach(names::add);
    sources.steering().get().keySet().stream().map(ServiceName::toString).forEach(names::add);
    String full = slash < 0 ? DEFAULT_NAMESPACE + "/" + text : text;
    String hint = names.isEmpty() ? "there is none" : Nearest.hint(full, names);
    throw new Unknown("there is no service '" + text + "' (" + hint + ")");
  }

  /**
   * Its plan.
   *
   * @throws OrderRefused before there is one
   */
  PlanView plan(Sources sources) {
    PlanView view = sources.plans().get().get(name);
    if (view == null && sources.others().get().containsKey(name)) {
      throw new OrderRefused(
          name
              + " has no plan yet: "
              + Proposal.UNMEASURED
              + " (does Prometheus have metrics of its backends, and of the kind that --metrics"
              + " names?)");
    }
    if (view == null) {
      throw new OrderRefused(
          name + " has no plan yet (the first comes " + documented.period().toMillis() + " ms in)");
    }
    return Objects.requireNonNull(view);
  }
}
