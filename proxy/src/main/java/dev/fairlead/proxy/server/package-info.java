/** The proxy as a whole: begins, takes configurations, drains, ends. */
@NullMarked
package dev.fairlead.proxy.server;

import org.jspecify.annotations.NullMarked;
