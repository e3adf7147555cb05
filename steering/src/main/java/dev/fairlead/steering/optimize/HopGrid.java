package dev.fairlead.steering.optimize;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/** Where a pool's cost is taken as straight between two loads. */
final class HopGrid {
  // Enough to find each load to a hundredth of its range; the rest is for the grids around it.
  private static final int PIECES = 40;
  private static final int FINE = 10;
  private static final double GROWTH = 2;
  // Of the money at full load: as straight as numbers get.
  private static final double STRAIGHT = 1e-12;

  private HopGrid() {}

  /**
   * The loads between which the curve bends most lie nearest.
   *
   * @param over what a unit of work beyond the room costs, and {@code overWidth} how much may come
   */
  static HopPool even(double room, HopPool.Exact exact, double over, double overWidth) {
    List<Double> knots = new ArrayList<>(List.of(0.0, room));
    List<Double> bends = new ArrayList<>(List.of(bend(exact, 0, room)));
    double straight = STRAIGHT * exact.cost(room);
    while (knots.size() <= PIECES) {
      int most = bends.indexOf(Collections.max(bends));
      if (!(bends.get(most) > straight)) {
        break;
      }
      double from = knots.get(most);
      double to = knots.get(most + 1);
      double middle = (from + to) / 2;
      knots.add(most + 1, middle);
      bends.set(most, bend(exact, from, middle));
      bends.add(most + 1, bend(exact, middle, to));
    }
    return pool(knots, exact, over, overWidth);
  }

  /**
   * Fine pieces around a load, wider ones away from it.
   *
   * @param fine the width of a fine piece, as part of the room
   */
  static HopPool around(
      double load, double fine, double room, HopPool.Exact exact, double over, double overWidth) {
    double straight = STRAIGHT * exact.cost(room);
    if (!(bend(exact, 0, room) > straight)) {
      return pool(List.of(0.0, room), exact, over, overWidth);
    }
    double centre = Math.min(load, room);
    TreeSet<Double> knots = new TreeSet<>(List.of(0.0, room));
    double step = fine * room;
    double away = 0;
    for (int i = 1; away < room; i++) {
      away += step;
      step *= i < FINE ? 1 : GROWTH;
      // A sliver of a piece would only cost precision.
      if (centre - away > fine * room / 2) {
        knots.add(centre - away);
      }
      if (centre + away < room - fine * room / 2) {
        knots.add(centre + away);
      }
    }
    if (centre > fine * room / 2 && centre < room - fine * room / 2) {
      knots.add(centre);
    }
    return pool(List.copyOf(knots), exact, over, overWidth);
  }

  /** How far the curve is below its chord in the middle. */
  private static double bend(HopPool.Exact exact, double from, double to) {
    return (exact.cost(from) + exact.cost(to)) / 2 - exact.cost((from + to) / 2);
  }

  private static HopPool pool(
      List<Double> knots, HopPool.Exact exact, double over, double overWidth) {
    int n = knots.size() - 1;
    boolean full = !(knots.get(n) > 0);
    n = full ? 0 : n;
    double[] width = new double[n + 1];
    double[] slope = new double[n + 1];
    double before = 0;
    for (int i = 0; i < n; i++) {
      double from = knots.get(i);
      double to = knots.get(i + 1);
      width[i] = to - from;
      // Where the curve is not convex, or rounding says so, as if it stayed as steep as it was.
      before = Math.max(before, (exact.cost(to) - exact.cost(from)) / width[i]);
      slope[i] = before;
    }
    width[n] = overWidth;
    slope[n] = Math.max(before, over);
    return new HopPool(width, slope, exact);
  }
}
