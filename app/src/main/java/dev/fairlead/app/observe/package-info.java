/** Exchanges shown to people: as they end ({@code tap}), and afterwards ({@code explain}). */
@NullMarked
package dev.fairlead.app.observe;

import org.jspecify.annotations.NullMarked;
