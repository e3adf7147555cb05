/**
 * Services whose traffic others carry: what a mesh measured goes in, weights of its objects out.
 */
@NullMarked
package dev.fairlead.app.led;

import org.jspecify.annotations.NullMarked;
