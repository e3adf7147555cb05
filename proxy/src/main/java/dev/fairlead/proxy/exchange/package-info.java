/**
 * One request and its answer, whatever protocols the two sides speak: where it goes, its attempts,
 * what is said of it.
 */
@NullMarked
package dev.fairlead.proxy.exchange;

import org.jspecify.annotations.NullMarked;
