package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.document.Metadata;
import dev.fairlead.discovery.yaml.FieldPath;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Scenario document: one run, or as many as its sweep has values. */
public final class ScenarioDocument {
  private static final Steps SWEEP = Steps.parse("spec.sweep").orElseThrow();

  private ScenarioDocument() {}

  /**
   * A scenario that can be run.
   *
   * @param file that it was read from
   * @param point of the document's sweep, if it has one
   */
  public record Run(String file, Scenario scenario, Optional<Point> point) {
    /** Whether it is the sweep's next point after another. */
    public boolean continues(Run other) {
      return file.equals(other.file)
          && scenario.name().equals(other.scenario.name())
          && point.isPresent()
          && other.point.isPresent()
          && point.get().index() == other.point.get().index() + 1;
    }
  }

  /**
   * One run of a sweep.
   *
   * @param path of the field
   * @param value as written
   * @param index from 0
   * @param of how many there are
   */
  public record Point(String path, String value, int index, int of) {}

  /** Whether a document says that it is one. */
  public static boolean is(Value document) {
    return Kinds.kindOf(document).equals(Kinds.SCENARIO);
  }

  /**
   * Reads a document.
   *
   * @param settings that replace what it says, in their order
   * @return empty where there is a mistake, which is reported
   */
  public static List<Run> read(Value document, List<Setting> settings) {
    Problems problems = document.problems();
    int before = problems.count();
    Node root = document.node();
    for (Setting setting : settings) {
      root = setting.applied(document, root);
    }
    Value set = with(document, root);
    Optional<Sweep> sweep = sweep(set);
    if (problems.count() > before) {
      return List.of();
    }
    Traces traces = new Traces();
    List<Run> runs = new ArrayList<>();
    int points = sweep.map(each -> each.values().size()).orElse(1);
    for (int i = 0; i < points; i++) {
      int index = i;
      Optional<Point> point = sweep.map(each -> each.point(index));
      Optional<Scenario> scenario =
          sweep
              .map(each -> swept(set, each, index))
              .orElse(Optional.of(set))
              .flatMap(at -> scenario(at, traces, point));
      if (scenario.isEmpty()) {
        // What is wrong at one point is mostly wrong at all: it is said once.
        return List.of();
      }
      runs.add(new Run(document.file(), scenario.get(), point));
    }
    return List.copyOf(runs);
  }

  private static Optional<Sweep> sweep(Value document) {
    Steps.Found found = SWEEP.deepest(document.path(), document.node());
    return found.path().toString().equals(SWEEP.text())
            && !(found.node() instanceof Node.Scalar scalar
                && scalar.type() == Node.Scalar.Type.NULL)
        ? Sweep.SWEEP.read(at(document, found))
        : Optional.empty();
  }

  private static Optional<Value> swept(Value document, Sweep sweep, int index) {
    Steps path = sweep.path().read();
    Optional<Node> changed = path.replaced(document.node(), sweep.values().get(index));
    if (changed.isEmpty()) {
      Steps.Found nearest = path.deepest(document.path(), document.node());
      String there = nearest.path().toString();
      sweep
          .path()
          .at()
          .problem(
              Quoted.of(path.text()) + " leads nowhere",
              there.isEmpty() ? "begin with spec." : "it ends at " + there);
    }
    return changed.map(node -> with(document, node));
  }

  private static Optional<Scenario> scenario(Value document, Traces traces, Optional<Point> point) {
    int before = document.problems().count();
    return Kinds.apart(
            document,
            Kinds.SCENARIO,
            (Metadata metadata, Value spec) -> new Spec(spec, traces, point).read(metadata.name()))
        // A right spec does not make up for a wrong name or version.
        .filter(ignored -> document.problems().count() == before);
  }

  private static Value with(Value document, Node node) {
    return new Value(document.problems(), document.file(), FieldPath.ROOT, node);
  }

  private static Value at(Value document, Steps.Found found) {
    return new Value(document.problems(), document.file(), found.path(), found.node());
  }
}
