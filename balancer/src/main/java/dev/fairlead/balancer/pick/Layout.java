package dev.fairlead.balancer.pick;

import java.util.List;

/**
 * The pools of one snapshot, nearest or planned first.
 *
 * @param byPriority whether farther tiers get what the nearer ones should not have by their health;
 *     else the first tier has shares of its own, and the others are for when it has nobody
 */
record Layout(List<Tier> tiers, boolean byPriority) {
  static final Layout EMPTY = new Layout(List.of(), true);

  Layout {
    tiers = List.copyOf(tiers);
  }
}
