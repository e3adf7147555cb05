package dev.fairlead.steering.plan;

/** The steering policies that a document can name. */
public enum PolicyKind {
  EVEN("even"),
  INVERSE_COST("inverse-cost"),
  L3("l3"),
  L3_REFERENCE("l3-reference"),
  C3("c3"),
  OPTIMIZED("optimized"),
  MULTI_HOP("multi-hop");

  private final String id;

  PolicyKind(String id) {
    this.id = id;
  }

  /**
   * Whether it plans for each class on its own where it is shown several; the others are shown all
   * classes together.
   */
  public boolean tellsClasses() {
    return this == OPTIMIZED;
  }

  /** As in documents and metrics. */
  public String id() {
    return id;
  }
}
