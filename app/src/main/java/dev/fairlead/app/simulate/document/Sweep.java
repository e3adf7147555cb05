package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One field that takes several values, a run for each. */
record Sweep(Located<Steps> path, List<Node> values) {
  private static final int MOST_VALUES = 1000;

  static final Reader<Sweep> SWEEP = Parts.part(Sweep::sweep);

  private static final Reader<Steps> PATH =
      value ->
          Scalars.TEXT
              .read(value)
              .flatMap(
                  text -> {
                    Optional<Steps> steps = Steps.parse(text);
                    if (steps.isEmpty()) {
                      value.problem(
                          Quoted.of(text) + " is no path", "write it as spec.links[0].delay");
                    }
                    return steps;
                  });

  private static final Steps NOWHERE = new Steps("", List.of());

  Sweep {
    values = List.copyOf(values);
  }

  private static Supplier<Sweep> sweep(Fields fields) {
    Located<Steps> path =
        fields.required("path", Structures.located(PATH), new Located<>(NOWHERE, fields.value()));
    List<Node> values =
        fields.required(
            "values",
            Structures.list(value -> Optional.of(value.node()), 1, MOST_VALUES),
            List.of());
    return () -> new Sweep(path, values);
  }

  ScenarioDocument.Point point(int index) {
    return new ScenarioDocument.Point(
        path.read().text(), written(values.get(index)), index, values.size());
  }

  /** A value on one line. */
  private static String written(Node node) {
    return switch (node) {
      case Node.Scalar scalar -> scalar.text();
      case Node.Sequence sequence ->
          sequence.items().stream().map(Sweep::written).collect(Collectors.joining(", ", "[", "]"));
      case Node.Mapping mapping ->
          mapping.entries().entrySet().stream()
              .map(field -> field.getKey() + ": " + written(field.getValue().value()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }
}
