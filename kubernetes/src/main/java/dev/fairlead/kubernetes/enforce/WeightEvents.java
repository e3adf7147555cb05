package dev.fairlead.kubernetes.enforce;

import dev.fairlead.kubernetes.Fault;
import dev.fairlead.kubernetes.enforce.Split.Backend;
import dev.fairlead.kubernetes.event.EventWriter;
import dev.fairlead.kubernetes.event.EventWriter.About;
import dev.fairlead.kubernetes.event.EventWriter.Tone;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Events about led objects: weights that changed, and writes that cannot be made. */
final class WeightEvents {
  private final EventWriter writer;
  private final Consumer<String> troubles;
  private String trouble = "";

  /**
   * @param troubles told why an event could not be written, once for each reason
   */
  WeightEvents(EventWriter writer, Consumer<String> troubles) {
    this.writer = writer;
    this.troubles = troubles;
  }

  void changed(Split before, Map<String, WrittenWeight> after, String why) {
    write(before, Tone.NORMAL, "WeightsChanged", shares(before, after) + ": " + why);
  }

  void restored(Split before, Map<String, WrittenWeight> after) {
    write(
        before,
        Tone.NORMAL,
        "WeightsRestored",
        shares(before, after) + ": the original weights, as it is led no more");
  }

  void made(Split route) {
    String what = route.recipe() + ": generated, as its service had none";
    write(route, Tone.NORMAL, "RouteGenerated", what);
  }

  /** Something was to be written and may not be; not where another leader or period mends it. */
  void refused(Split split, String reason) {
    switch (reason) {
      case "another-plan" ->
          write(
              split,
              Tone.WARNING,
              "AlreadyEnforced",
              "its weights are not led, as another object's WeightPlan leads the same traffic: see"
                  + " the conditions of WeightPlan "
                  + StoredPlan.nameFor(split.name()));
      case "another-enforcer" ->
          write(
              split,
              Tone.WARNING,
              "AlreadyEnforced",
              "its weights are not led, as WeightPlan "
                  + StoredPlan.nameFor(split.name())
                  + " is another enforcer's");
      case "contended" ->
          write(
              split,
              Tone.WARNING,
              "WriteRefused",
              "its weights were not written, as somebody else writes it all the time");
      default -> {
        // It will pass.
      }
    }
  }

  /** The API server will not have it. */
  void refusedByServer(Split split, String why) {
    write(split, Tone.WARNING, "WriteRefused", "its weights were not written: " + why);
  }

  private void write(Split split, Tone tone, String reason, String message) {
    String failed = "";
    try {
      writer.again(new About(split.apiVersion(), split.name(), split.uid()), tone, reason, message);
    } catch (RuntimeException e) {
      failed = Fault.why(e);
    }
    if (!failed.equals(trouble)) {
      trouble = failed;
      if (!failed.isEmpty()) {
        troubles.accept("no event was written: " + failed);
      }
    }
  }

  /** {@code east 50% → 71%, west 50% → 29%}, with the rule in front where there are several. */
  static String shares(Split before, Map<String, WrittenWeight> after) {
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < before.groups().size(); i++) {
      List<Backend> group = before.groups().get(i);
      if (group.size() > 1) {
        String rule = before.groups().size() > 1 ? "rule " + i + ": " : "";
        groups.add(rule + shares(group, after));
      }
    }
    return String.join("; ", groups);
  }

  private static String shares(List<Backend> group, Map<String, WrittenWeight> after) {
    double was = 0;
    double is = 0;
    for (Backend backend : group) {
      was += value(backend.weight());
      is += value(after.getOrDefault(backend.key(), backend.weight()));
    }
    List<String> shares = new ArrayList<>();
    for (Backend backend : group) {
      double from = value(backend.weight()) / was;
      double to = value(after.getOrDefault(backend.key(), backend.weight())) / is;
      shares.add(backend.destination() + " " + percent(from) + " → " + percent(to));
    }
    return String.join(", ", shares);
  }

  private static double value(WrittenWeight weight) {
    return weight.value().orElse(0);
  }

  /** Of weights that are all 0 there are none. */
  private static String percent(double share) {
    if (!Double.isFinite(share)) {
      return "none";
    }
    BigDecimal percent = BigDecimal.valueOf(100 * share).setScale(2, RoundingMode.HALF_UP);
    return percent.stripTrailingZeros().toPlainString() + "%";
  }
}
