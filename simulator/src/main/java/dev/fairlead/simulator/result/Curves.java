package dev.fairlead.simulator.result;

import java.util.List;

/**
 * What was measured over time: a point for each stretch of the scenario's resolution.
 *
 * @param points of requests that ended in the stretch
 * @param shares of plans in force, where there are any, or else of what was picked
 */
public record Curves(List<Point> points, List<ShareCurve> shares) {
  public Curves {
    points = List.copyOf(points);
    shares = List.copyOf(shares);
  }

  /**
   * One stretch.
   *
   * @param seconds its end, since the warm-up's end
   * @param dollarsPerHour of the bytes in it
   * @param oscillationIndex at its end
   */
  public record Point(
      double seconds, Summary requests, double dollarsPerHour, double oscillationIndex) {}

  /**
   * Where one service's requests from one cluster went.
   *
   * @param seconds since the warm-up's end, as in the points
   * @param picked share of the requests that were sent to {@code destination} in each stretch; NaN
   *     where none were sent at all
   * @param planned share in the plan in force at the end of each stretch; NaN without a plan
   */
  public record ShareCurve(
      String service,
      String source,
      String destination,
      List<Double> seconds,
      List<Double> picked,
      List<Double> planned) {
    public ShareCurve {
      seconds = List.copyOf(seconds);
      picked = List.copyOf(picked);
      planned = List.copyOf(planned);
    }
  }
}
