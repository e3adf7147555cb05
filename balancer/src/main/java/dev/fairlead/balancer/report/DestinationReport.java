package dev.fairlead.balancer.report;

/**
 * What one balancer saw of one destination cluster for one class, cumulative since the balancer was
 * made.
 *
 * @param started leases given
 * @param replied leases that ended well
 * @param failed leases that ended in a failure
 * @param ignored leases that ended without being a sample
 * @param inFlight leases not ended, at the time of the snapshot
 * @param bytesSent towards the endpoint
 * @param bytesReceived from the endpoint
 * @param latency from pick to first byte, of the leases that were answered
 * @param endpoints endpoints of the cluster in the set now
 * @param usable of those, the ones that the balancer would pick
 */
public record DestinationReport(
    String cluster,
    int trafficClass,
    long started,
    long replied,
    long failed,
    long ignored,
    int inFlight,
    long bytesSent,
    long bytesReceived,
    LatencySnapshot latency,
    int endpoints,
    int usable) {}
