/** Exchanges that somebody looks at: as they end, or afterwards by their id. */
@NullMarked
package dev.fairlead.proxy.observe;

import org.jspecify.annotations.NullMarked;
