/** Prometheus metrics, collected from the reports when they are scraped. */
@NullMarked
package dev.fairlead.app.metric;

import org.jspecify.annotations.NullMarked;
