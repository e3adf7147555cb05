/** {@code fairlead prices}: PriceSheets from the price lists that clouds publish. */
@NullMarked
package dev.fairlead.app.prices;

import org.jspecify.annotations.NullMarked;
