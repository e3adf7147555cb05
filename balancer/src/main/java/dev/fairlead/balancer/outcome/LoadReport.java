package dev.fairlead.balancer.outcome;

/**
 * What an endpoint says of its own load beside an answer (ORCA). NaN is "not said".
 *
 * @param utilization of the application where it says so, else of the CPU; ratio, may exceed 1
 * @param rps requests that the endpoint served per second
 * @param eps requests that failed per second
 */
public record LoadReport(double utilization, double rps, double eps) {
  public static final LoadReport NONE = new LoadReport(Double.NaN, Double.NaN, Double.NaN);
}
