/** Spans on their way to a collector, by OTLP over HTTP. Loaded only where traces are exported. */
@NullMarked
package dev.fairlead.app.otlp;

import org.jspecify.annotations.NullMarked;
