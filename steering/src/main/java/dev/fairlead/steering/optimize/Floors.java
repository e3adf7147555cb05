package dev.fairlead.steering.optimize;

/**
 * What each source sends to each destination at least, so that all stay known: the wanted floor,
 * scaled down where it would be infeasible. A source explores with at most half of its demand, and
 * together they fill no destination beyond its capacity.
 */
final class Floors {
  private static final double LARGEST_PART = 0.5;

  private Floors() {}

  /**
   * Lower bounds in units by source and destination.
   *
   * @param demand units by source
   * @param room units by destination
   */
  static long[][] of(
      Situation situation, Valuation valuation, Permits permits, long[] demand, long[] room) {
    int n = situation.sources().size();
    int m = situation.destinations().size();
    double[][] wanted = new double[n][m];
    double[] sums = new double[m];
    for (int s = 0; s < n; s++) {
      Situation.Source source = situation.sources().get(s);
      int open = permits.open(s);
      double floor = valuation.floorRps() * source.workPerRequest() * Model.UNITS_PER_RPS;
      double part = Math.min(valuation.floorShare(), LARGEST_PART / Math.max(1, open));
      double each = Math.min(floor, part * demand[s]);
      for (int t = 0; t < m; t++) {
        if (permits.isOpen(s, t)) {
          wanted[s][t] = each;
          sums[t] += each;
        }
      }
    }
    long[][] floors = new long[n][m];
    for (int s = 0; s < n; s++) {
      for (int t = 0; t < m; t++) {
        double scale = sums[t] > room[t] ? room[t] / sums[t] : 1;
        floors[s][t] = (long) Math.floor(wanted[s][t] * scale);
      }
    }
    return floors;
  }
}
