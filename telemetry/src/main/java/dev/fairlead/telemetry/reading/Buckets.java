package dev.fairlead.telemetry.reading;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A histogram's buckets as rates: for each upper bound how many per second were at most that.
 * Bounds and units are whatever the metrics have; of a mesh's two generations, both.
 */
final class Buckets {
  /** Meshes have some twenty; beyond that it is no histogram of latencies. */
  static final int MOST = 500;

  private final NavigableMap<Double, Double> upTo = new TreeMap<>();

  /**
   * A percentile.
   *
   * @param value NaN where nothing was counted; where it is beyond the last bound, that bound
   * @param width of the bucket that it is in: it is no more certain than that; infinite beyond the
   *     last bound
   */
  record Quantile(double value, double width) {
    static final Quantile UNKNOWN = new Quantile(Double.NaN, Double.NaN);
  }

  /**
   * Adds what one row says.
   *
   * @param le the label's text
   * @return whether it can be: a bound that is a number and a rate from 0
   */
  boolean add(String le, double perSecond) {
    double bound = bound(le);
    if (Double.isNaN(bound)
        || !(perSecond >= 0 && perSecond < Double.POSITIVE_INFINITY)
        || (upTo.size() == MOST && !upTo.containsKey(bound))) {
      return false;
    }
    upTo.merge(bound, perSecond, Double::sum);
    return true;
  }

  private static double bound(String le) {
    return switch (le) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      default -> {
        try {
          double bound = Double.parseDouble(le);
          yield bound >= 0 ? bound : Double.NaN;
        } catch (NumberFormatException e) {
          yield Double.NaN;
        }
      }
    };
  }

  /** All per second; NaN where the bucket without a bound is missing, which has all. */
  double total() {
    Double all = upTo.get(Double.POSITIVE_INFINITY);
    return all == null ? Double.NaN : all;
  }

  /**
   * A percentile, by a straight line through its bucket as Prometheus draws it.
   *
   * @param q in (0, 1)
   */
  Quantile quantile(double q) {
    double total = total();
    if (!(total > 0)) {
      return Quantile.UNKNOWN;
    }
    double rank = q * total;
    double below = 0;
    double from = 0;
    for (Map.Entry<Double, Double> bucket : upTo.entrySet()) {
      double bound = bucket.getKey();
      // Sums over proxies that have other bounds, or were scraped at other moments, may sink.
      double until = Math.min(total, Math.max(below, bucket.getValue()));
      if (until >= rank && until > below) {
        if (bound == Double.POSITIVE_INFINITY) {
          return from > 0 ? new Quantile(from, bound) : Quantile.UNKNOWN;
        }
        double share = Math.clamp((rank - below) / (until - below), 0, 1);
        return new Quantile(from + (bound - from) * share, bound - from);
      }
      below = until;
      from = bound;
    }
    return Quantile.UNKNOWN;
  }
}
