package dev.fairlead.app.simulate.document;

import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.discovery.document.TrafficObjectiveDocument;
import dev.fairlead.discovery.yaml.FieldPath;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Readers of who is compared. */
final class Contenders {
  /** All that steering says but the mode: a plan that is only observed would change nothing. */
  static final Reader<Objective> STEERING =
      Structures.object(fields -> TrafficObjectiveDocument.objective(fields, Mode.DRIVE));

  /** Fields that all contenders' steering has unless it says otherwise. */
  private final Optional<Node.Mapping> common;

  Contenders(Optional<Node.Mapping> common) {
    this.common = common;
  }

  Reader<Contender> contender() {
    return Parts.part(this::contender);
  }

  private Supplier<Contender> contender(Fields fields) {
    String name = fields.required("name", Outline.OWN_NAME, "?");
    Optional<Objective> objective = fields.optional("steering", this::steering);
    Optional<BalancerPolicy> balancer = fields.optional("balancer", Services.BALANCER);
    boolean central = fields.optional("central", Scalars.BOOLEAN, false);
    boolean oracle = fields.optional("oracle", Scalars.BOOLEAN, false);
    if (central && fields.find("steering").isEmpty()) {
      fields
          .find("central")
          .ifPresent(
              at -> at.problem("means nothing without steering", "say steering or remove it"));
    }
    if (oracle) {
      for (String other : List.of("steering", "balancer")) {
        fields
            .find(other)
            .ifPresent(at -> at.problem("means nothing to an oracle", "remove one of the two"));
      }
    }
    return () -> new Contender(name, objective, balancer, central, oracle);
  }

  private Optional<Objective> steering(Value value) {
    if (!(value.node() instanceof Node.Mapping own) || common.isEmpty()) {
      return STEERING.read(value);
    }
    Map<String, Node.Entry> fields = new LinkedHashMap<>(common.get().entries());
    fields.putAll(own.entries());
    FieldPath path = value.path();
    Node merged = new Node.Mapping(own.position(), fields);
    return STEERING.read(new Value(value.problems(), value.file(), path, merged));
  }
}
