package dev.fairlead.steering.plan;

import java.time.Duration;

/** How one service is steered: a TrafficObjective, resolved. */
public record Objective(Kind policy, Mode mode, Duration period, ChangeControl changeControl) {
  public static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

  public Objective {
    if (!period.isPositive()) {
      throw new IllegalArgumentException("the control period must be positive");
    }
  }

  /** The policies that a document can name. */
  public enum Kind {
    EVEN("even"),
    L3("l3"),
    L3_REFERENCE("l3-reference");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }
  }
}
