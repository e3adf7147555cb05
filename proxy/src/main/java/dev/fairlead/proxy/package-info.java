/** The L7 data plane. */
@NullMarked
package dev.fairlead.proxy;

import org.jspecify.annotations.NullMarked;
