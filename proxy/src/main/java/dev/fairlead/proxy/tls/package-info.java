/** TLS: who is asked for, with what we answer, and who is believed. */
@NullMarked
package dev.fairlead.proxy.tls;

import org.jspecify.annotations.NullMarked;
