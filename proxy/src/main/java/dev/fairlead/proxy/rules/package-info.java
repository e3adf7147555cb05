/** A route configuration as a loop reads it for each request. */
@NullMarked
package dev.fairlead.proxy.rules;

import org.jspecify.annotations.NullMarked;
