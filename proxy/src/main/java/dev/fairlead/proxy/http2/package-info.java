/**
 * HTTP/2 on bytes (RFC 9113, RFC 7541), for both roles: frames are read in place, heads are laid
 * out in HTTP/1.1's form while they are decompressed, streams are plain objects, and what goes on
 * is always written again from what was parsed.
 */
@NullMarked
package dev.fairlead.proxy.http2;

import org.jspecify.annotations.NullMarked;
