/** Round trips between clusters, by small HTTP requests. */
@NullMarked
package dev.fairlead.telemetry.ping;

import org.jspecify.annotations.NullMarked;
