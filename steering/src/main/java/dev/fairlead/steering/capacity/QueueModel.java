package dev.fairlead.steering.capacity;

/**
 * How latency grows with load where nobody has seen it: c servers behind one queue, waiting time by
 * Sakasegawa's approximation of M/M/c (<em>An approximation formula L_q ≃ α·ρ^β/(1−ρ)</em>, Annals
 * of the Institute of Statistical Mathematics 29, 1977), for other service times scaled by
 * (1+cv²)/2 (A. O. Allen and J. Cunneen, <em>Probability, Statistics, and Queueing Theory</em>,
 * 1978):
 *
 * <pre>latency/base = 1 + (1+cv²)/2 · ρ^(√(2(c+1))−1) / (c·(1−ρ)),   ρ = load/capacity</pre>
 *
 * <p>The number of servers is that of Little's law: capacity times the latency without congestion.
 */
final class QueueModel {
  /** Nearer to its capacity no queue is in equilibrium within the time that a plan is for. */
  static final double HIGHEST_UTILISATION = 0.98;

  private static final int BISECTIONS = 50;

  private QueueModel() {}

  /**
   * Latency over base latency, at least 1.
   *
   * @param rho load over capacity, in [0, 1)
   * @param servers at least 1
   * @param squaredVariation cv² of the service time
   */
  static double growth(double rho, double servers, double squaredVariation) {
    double exponent = StrictMath.sqrt(2 * (servers + 1)) - 1;
    return 1 + (1 + squaredVariation) / 2 * StrictMath.pow(rho, exponent) / (servers * (1 - rho));
  }

  /** How many servers work there, at least one. */
  static double servers(double capacityRps, double baseNanos) {
    return Math.max(1, capacityRps * baseNanos / 1e9);
  }

  /**
   * The capacity in requests per second at which {@code rps} take {@code growth} times the base
   * latency; at least {@code rps}.
   *
   * @param growth above 1
   */
  static double capacity(double rps, double growth, double baseNanos, double squaredVariation) {
    double low = 1e-3;
    double high = 1 - 1e-9;
    for (int i = 0; i < BISECTIONS; i++) {
      double rho = (low + high) / 2;
      double servers = servers(rps / rho, baseNanos);
      if (growth(rho, servers, squaredVariation) < growth) {
        low = rho;
      } else {
        high = rho;
      }
    }
    return rps / ((low + high) / 2);
  }
}
