/** Reads recorded requests: access logs, and traces in columns. */
@NullMarked
package dev.fairlead.app.simulate.trace;

import org.jspecify.annotations.NullMarked;
