/** The clients' side: ports, connections, the protocols on them. */
@NullMarked
package dev.fairlead.proxy.downstream;

import org.jspecify.annotations.NullMarked;
