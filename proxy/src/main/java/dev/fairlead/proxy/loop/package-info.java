/** What one event loop owns alone: its timers and its counters. */
@NullMarked
package dev.fairlead.proxy.loop;

import org.jspecify.annotations.NullMarked;
