/**
 * HTTP/1.1 on bytes: heads are parsed once into reused offsets, bodies are framed in place, and
 * what goes on is always written again from what was parsed.
 */
@NullMarked
package dev.fairlead.proxy.http1;

import org.jspecify.annotations.NullMarked;
