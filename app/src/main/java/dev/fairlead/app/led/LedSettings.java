package dev.fairlead.app.led;

import dev.fairlead.kubernetes.enforce.OptIn;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.telemetry.PrometheusTraffic;
import dev.fairlead.telemetry.prometheus.Server;
import dev.fairlead.telemetry.query.QuerySet;

/**
 * Which objects are led, and by whose numbers.
 *
 * @param mode of those of which no document says otherwise
 * @param set the mesh's queries
 */
public record LedSettings(
    OptIn optIn, Mode mode, Server server, QuerySet set, PrometheusTraffic.Settings traffic) {}
