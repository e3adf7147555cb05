/** From documents that name each other to one configuration of records that hold each other. */
@NullMarked
package dev.fairlead.discovery.resolve;

import org.jspecify.annotations.NullMarked;
