/** Certificates and keys, from text to what a handshake needs. */
@NullMarked
package dev.fairlead.discovery.certificate;

import org.jspecify.annotations.NullMarked;
