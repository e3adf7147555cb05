/** Probes of endpoints' load: those that are sent, and those that are answered. */
@NullMarked
package dev.fairlead.proxy.probe;

import org.jspecify.annotations.NullMarked;
