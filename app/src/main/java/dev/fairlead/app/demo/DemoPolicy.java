package dev.fairlead.app.demo;

import java.util.Locale;

/** What the demo compares, in the order of its table. */
enum DemoPolicy {
  EVEN("round robin over all endpoints"),
  L3("L3's weights between clusters each 5 s, peak EWMA inside"),
  DEFAULT("a TrafficObjective in drive at 1 s, nothing else tuned");

  private final String meaning;

  DemoPolicy(String meaning) {
    this.meaning = meaning;
  }

  /** As the table and the JSON have it. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  String meaning() {
    return meaning;
  }
}
