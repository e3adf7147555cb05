package dev.fairlead.proxy.tls;

/**
 * What a handshake said of a client.
 *
 * @param serverName what it asked for, in lower case; empty if nothing
 * @param shown what our certificate is for
 * @param identity who it proved to be: its certificate's URI, else its subject; empty if nobody
 * @param met what was asked of it
 */
public record TlsPeer(
    String serverName, CertificateNames shown, String identity, ClientDemands met) {}
