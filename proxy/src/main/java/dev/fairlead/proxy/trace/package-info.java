/** Traces that pass through: W3C trace context, head sampling, and spans on their way out. */
@NullMarked
package dev.fairlead.proxy.trace;

import org.jspecify.annotations.NullMarked;
