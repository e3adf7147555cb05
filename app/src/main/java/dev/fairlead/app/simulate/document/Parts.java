package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Readers of mappings that become a record which checks itself. */
final class Parts {
  private Parts() {}

  /**
   * A mapping of fixed fields. Nothing is made of one in which anything is wrong, so what stands in
   * a wrong field's place never matters.
   *
   * @param read asks for the fields, and says how to make the record of them
   */
  static <T> Reader<T> part(Function<Fields, Supplier<T>> read) {
    return value -> {
      Problems problems = value.problems();
      int before = problems.count();
      Optional<Supplier<T>> made = Structures.object(read).read(value);
      if (problems.count() > before || problems.count() >= Problems.MAX) {
        return Optional.empty();
      }
      try {
        return made.map(Supplier::get);
      } catch (IllegalArgumentException e) {
        // A rule of the record's own that the fields do not know.
        value.problem(String.valueOf(e.getMessage()), "");
        return Optional.empty();
      }
    };
  }

  /**
   * The one of several fields that is there; that there is none, or a second one, is reported.
   *
   * @param what they are, for the message: {@code law}
   */
  static <T> Optional<T> one(Fields fields, String what, Map<String, Reader<? extends T>> choices) {
    List<String> found = new ArrayList<>();
    List<Value> places = new ArrayList<>();
    Optional<T> read = Optional.empty();
    for (Map.Entry<String, Reader<? extends T>> choice : choices.entrySet()) {
      Optional<Value> field = fields.find(choice.getKey());
      if (field.isPresent()) {
        found.add(choice.getKey());
        places.add(field.get());
        read = choice.getValue().read(field.get()).map(Function.identity());
      }
    }
    if (found.isEmpty()) {
      fields.value().problem("no " + what, "write one of " + listed(choices));
    } else if (found.size() > 1) {
      places
          .getLast()
          .problem(
              "a second " + what + " beside '" + found.getFirst() + "'", "keep one of the two");
    }
    return found.size() == 1 ? read : Optional.empty();
  }

  private static String listed(Map<String, ?> choices) {
    return String.join(", ", choices.keySet());
  }
}
