package dev.fairlead.steering.optimize;

import org.jspecify.annotations.Nullable;

/**
 * A call graph and its clusters in numbers: costs in money, services numbered so that callers come
 * before whom they call. Not changed once it is built.
 *
 * <p>Arrays by pool are numbered {@code service × clusters + cluster}.
 *
 * @param callees of each service
 * @param ratios calls per request, by service, then as {@code callees}, then by class
 * @param ways money per request between clusters, by service and class, {@code from × clusters +
 *     to}; +∞ where traffic must not go
 * @param work of one request, by service and class, positive
 * @param pools null where a service has none in a cluster
 * @param shedPrices money per request that finds no room, by class
 * @param demand requests per second from outside, by service and class, then by cluster
 */
@SuppressWarnings("ArrayRecordComponent") // inside the package only, never compared, never changed
record HopNetwork(
    int services,
    int clusters,
    int classes,
    int[][] callees,
    double[][][] ratios,
    double[][][] ways,
    double[][] work,
    @Nullable HopPool[] pools,
    double[] shedPrices,
    double[][][] demand) {}
