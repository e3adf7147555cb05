package dev.fairlead.steering.plan;

/** What becomes of a plan. */
public enum Mode {
  /** Computed and shown. */
  OBSERVE,
  /** Also published as a WeightPlan document. */
  ADVISE,
  /** Enforced. */
  DRIVE
}
