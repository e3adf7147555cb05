/** Endpoints behind DNS names, kept fresh. */
@NullMarked
package dev.fairlead.discovery.dns;

import org.jspecify.annotations.NullMarked;
