/**
 * What a Prometheus server is asked, and its answers. Whatever it sends, an answer is small and
 * well formed or a named failure.
 */
@NullMarked
package dev.fairlead.telemetry.prometheus;

import org.jspecify.annotations.NullMarked;
