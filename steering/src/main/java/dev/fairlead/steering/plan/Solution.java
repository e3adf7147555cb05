package dev.fairlead.steering.plan;

import dev.fairlead.steering.optimize.Allocation;

/**
 * How a policy that optimises found what it wants in a period, and what that costs.
 *
 * @param status {@code INFEASIBLE} where a source had to get the greedy answer
 * @param terms of the objective, for all sources together
 * @param rounds of the solver, as a measure of its work
 */
public record Solution(Allocation.Status status, Allocation.Terms terms, int rounds) {
  /** Of two situations that were solved apart. */
  Solution plus(Solution other) {
    Allocation.Status worse =
        status == Allocation.Status.OPTIMAL ? other.status() : Allocation.Status.INFEASIBLE;
    return new Solution(worse, terms.plus(other.terms()), rounds + other.rounds());
  }
}
