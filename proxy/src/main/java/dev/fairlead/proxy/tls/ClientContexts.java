package dev.fairlead.proxy.tls;

import dev.fairlead.route.CertifiedKey;
import dev.fairlead.route.Credentials;
import dev.fairlead.route.UpstreamTls;
import dev.fairlead.route.UpstreamTls.PeerName;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;

/**
 * The contexts for all services that are spoken to in TLS. One of which nothing changed stays over
 * a reload, and with it pooled connections and sessions. Used by one thread at a time.
 */
public final class ClientContexts {
  private final TlsProvider provider;
  private Map<Key, ClientContext> inForce = Map.of();
  private Map<Key, ClientContext> next = new HashMap<>();

  /** All that makes one context another than the next. */
  private record Key(
      UpstreamTls tls,
      Set<X509Certificate> authorities,
      Optional<CertifiedKey> certificate,
      String protocol) {}

  public ClientContexts(TlsProvider provider) {
    this.provider = provider;
  }

  /**
   * The context for the configuration that is being made.
   *
   * @param clientKey with what we prove ourselves, if we do
   * @param protocol that is asked for (ALPN): {@code h2}
   * @throws IllegalArgumentException if a certificate cannot be used
   */
  public ClientContext compile(
      UpstreamTls tls, Optional<String> clientKey, Credentials credentials, String protocol) {
    Set<X509Certificate> authorities = new LinkedHashSet<>();
    tls.authorities().forEach(name -> authorities.addAll(credentials.authorities(name)));
    Key key = new Key(tls, authorities, clientKey.map(credentials::key), protocol);
    ClientContext known = inForce.get(key);
    ClientContext context = known != null ? known : next.get(key);
    if (context == null) {
      context = make(key);
    }
    next.put(key, context);
    return context;
  }

  /** The configuration that was made is in force; contexts that it does not use are forgotten. */
  public void commit() {
    inForce = Map.copyOf(next);
    next = new HashMap<>();
  }

  /** The configuration that was made is not wanted. */
  public void abandon() {
    next = new HashMap<>();
  }

  private ClientContext make(Key key) {
    PeerTrust.Names wanted = names -> check(names, key.tls.names());
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(provider.netty)
              .protocols(Suites.protocols(dev.fairlead.route.ServerTls.TlsVersion.TLS_1_2))
              .ciphers(Suites.ALL, Suites.SUPPORTED)
              .sessionTimeout(Suites.SESSION_SECONDS)
              .applicationProtocolConfig(ServerContexts.alpn(List.of(key.protocol)))
              .serverName(new SNIHostName(key.tls.serverName()))
              // The names are judged with the rest of the certificate.
              .endpointIdentificationAlgorithm(null)
              .trustManager(PeerTrust.endpoints(List.copyOf(key.authorities), wanted));
      key.certificate.ifPresent(own -> builder.keyManager(own.key(), own.chain()));
      SslContext built = builder.build();
      ClientContext context = new ClientContext(built);
      Release.after(context, built);
      return context;
    } catch (SSLException e) {
      throw new IllegalArgumentException(
          "TLS to " + key.tls.serverName() + " cannot be set up: " + e.getMessage(), e);
    }
  }

  private static void check(CertificateNames names, List<PeerName> wanted)
      throws PeerRefusedException {
    for (PeerName each : wanted) {
      boolean has =
          switch (each) {
            case PeerName.Host host -> names.covers(host.name());
            case PeerName.Uri uri -> names.uris().contains(uri.uri());
          };
      if (has) {
        return;
      }
    }
    throw new PeerRefusedException(
        TlsFault.WRONG_NAME, "its certificate is for " + names + ", not for " + wanted, null);
  }
}
