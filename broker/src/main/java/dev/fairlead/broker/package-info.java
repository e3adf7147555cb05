/** Between clusters: who reports, who plans, who follows. No transport, no clock, no threads. */
@NullMarked
package dev.fairlead.broker;

import org.jspecify.annotations.NullMarked;
