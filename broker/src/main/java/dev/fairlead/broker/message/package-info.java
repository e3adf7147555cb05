/** What clusters and their broker tell each other, as records and as bytes. */
@NullMarked
package dev.fairlead.broker.message;

import org.jspecify.annotations.NullMarked;
