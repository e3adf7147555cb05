package dev.fairlead.app.state;

import dev.fairlead.kubernetes.enforce.EnforcerCounts;
import dev.fairlead.telemetry.TrafficStatus;

/**
 * What is done for services whose traffic others carry.
 *
 * @param objects that opted in
 * @param leads whether this process is the one that may write
 * @param traffic where the numbers come from
 * @param counts of what was written
 */
public record LedStatus(int objects, boolean leads, TrafficStatus traffic, EnforcerCounts counts) {}
