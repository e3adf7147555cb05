package dev.fairlead.steering.control;

/** What becomes of a plan. */
public enum Mode {
  /** Computed and shown. */
  OBSERVE,
  /** Also published as a WeightPlan document. */
  ADVISE,
  /** Enforced. */
  DRIVE
}
