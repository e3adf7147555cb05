package dev.fairlead.proxy.tls;

import dev.fairlead.route.CertifiedKey;
import dev.fairlead.route.ClientTrust;
import dev.fairlead.route.Credentials;
import dev.fairlead.route.ServerTls;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * The contexts of all listeners. One whose certificate and trust did not change stays over a
 * reload, and with it the sessions of its clients. Safe for any thread.
 */
public final class ServerContexts {
  /** Of clients that know no tickets: few, so few are kept, at a kilobyte or two each. */
  private static final int KEPT_SESSIONS = 1024;

  private final TlsProvider provider;
  private final List<String> protocols;
  private final TicketKeys tickets = new TicketKeys();
  private Map<Key, ServerContext> inForce = Map.of();
  private Map<Key, ServerContext> next = new HashMap<>();

  /** All that makes one context another than the next. */
  private record Key(
      String listener,
      CertifiedKey certificate,
      Optional<ClientTrust> trust,
      Set<X509Certificate> authorities,
      ServerTls.TlsVersion oldest) {}

  /**
   * @param protocols to be offered (ALPN), the best first
   */
  public ServerContexts(TlsProvider provider, List<String> protocols) {
    this.provider = provider;
    this.protocols = List.copyOf(protocols);
  }

  /**
   * What a listener shows, for the configuration that is being made.
   *
   * @throws IllegalArgumentException if a certificate cannot be used
   */
  public synchronized CompiledServerTls compile(
      String listener, ServerTls tls, Credentials credentials) {
    List<ServerContext> contexts = new ArrayList<>();
    for (String certificate : tls.certificates()) {
      Set<X509Certificate> authorities = new LinkedHashSet<>();
      tls.clients()
          .ifPresent(
              trust ->
                  trust.authorities().forEach(a -> authorities.addAll(credentials.authorities(a))));
      Key key =
          new Key(listener, credentials.key(certificate), tls.clients(), authorities, tls.oldest());
      ServerContext known = inForce.get(key);
      ServerContext context = known != null ? known : next.get(key);
      if (context == null) {
        context = make(key, certificate);
      }
      next.put(key, context);
      contexts.add(context);
    }
    return new CompiledServerTls(contexts);
  }

  /** The configuration that was made is in force; contexts that it does not use are forgotten. */
  public synchronized void commit() {
    inForce = Map.copyOf(next);
    next = new HashMap<>();
  }

  /** The configuration that was made is not wanted. */
  public synchronized void abandon() {
    next = new HashMap<>();
  }

  /** Seals tickets with a new key from now on. */
  public synchronized void rotateTicketKeys() {
    tickets.rotate();
    inForce.values().forEach(context -> context.give(tickets));
    next.values().forEach(context -> context.give(tickets));
  }

  private ServerContext make(Key key, String name) {
    List<X509Certificate> authorities = List.copyOf(key.authorities);
    Optional<PeerTrust> believed =
        key.trust.map(trust -> PeerTrust.clients(authorities, trust.trustDomains()));
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(key.certificate.key(), key.certificate.chain())
              .sslProvider(provider.netty)
              .protocols(Suites.protocols(key.oldest))
              .ciphers(Suites.ALL, Suites.SUPPORTED)
              .sessionCacheSize(KEPT_SESSIONS)
              .sessionTimeout(Suites.SESSION_SECONDS)
              .applicationProtocolConfig(alpn(protocols));
      if (key.trust.isPresent() && believed.isPresent()) {
        boolean required = key.trust.get().required();
        builder
            .trustManager(required ? believed.get() : new Undecided(authorities))
            .clientAuth(required ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
      }
      SslContext built = builder.build();
      if (built.sessionContext() instanceof OpenSslServerSessionContext sessions) {
        sessions.setSessionIdContext(sessionScope(key));
        tickets.give(sessions);
      }
      ServerContext context =
          new ServerContext(
              built,
              CertificateNames.of(key.certificate.certificate()),
              demands(key),
              believed.map(PeerIdentity::judged).orElse(PeerIdentity.NONE));
      Release.after(context, built);
      return context;
    } catch (SSLException e) {
      throw new IllegalArgumentException(
          name + " cannot be used as a certificate: " + e.getMessage(), e);
    }
  }

  /** The same object as long as nothing else is asked, whatever becomes of certificates. */
  private ClientDemands demands(Key key) {
    ClientDemands wanted =
        key.trust
            .map(each -> new ClientDemands(each.required(), key.authorities, each.trustDomains()))
            .orElse(ClientDemands.NONE);
    return Stream.of(inForce, next)
        .flatMap(contexts -> contexts.values().stream())
        .map(ServerContext::demands)
        .filter(wanted::same)
        .findFirst()
        .orElse(wanted);
  }

  static ApplicationProtocolConfig alpn(List<String> protocols) {
    return new ApplicationProtocolConfig(
        Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        protocols);
  }

  /**
   * What a session is good for: its own listener, under the same trust. Tickets are sealed with the
   * same keys everywhere, so that without it a client could bring a session from where nobody asks
   * for certificates to where somebody does.
   */
  private static byte[] sessionScope(Key key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((key.listener + " " + key.trust).getBytes(StandardCharsets.UTF_8));
      for (X509Certificate authority : key.authorities) {
        digest.update(authority.getEncoded());
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }
}
