package dev.fairlead.proxy;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.proxy.check.CheckCounters;
import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.proxy.tls.TlsFault;
import dev.fairlead.proxy.tls.TlsProvider;
import dev.fairlead.proxy.trace.Tracing;
import dev.fairlead.route.Action.Forward;
import dev.fairlead.route.CertifiedKey;
import dev.fairlead.route.ClientTrust;
import dev.fairlead.route.Credentials;
import dev.fairlead.route.HealthCheck;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Route;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.route.Rule;
import dev.fairlead.route.ServerTls;
import dev.fairlead.route.ServerTls.TlsVersion;
import dev.fairlead.route.Tunnel;
import dev.fairlead.route.TunnelListener;
import dev.fairlead.route.UpstreamTls;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A proxy whose listeners speak TLS, all to the service {@code default/web}. */
final class TlsProxy implements AutoCloseable, ProxyListener {
  final List<String> peers = new CopyOnWriteArrayList<>();
  final List<String> failures = new CopyOnWriteArrayList<>();
  final List<String> details = new CopyOnWriteArrayList<>();
  final List<Throwable> faults = new CopyOnWriteArrayList<>();
  final ProxyServer server;

  /** How far the proxy's clock is ahead of the machine's, in nanoseconds. */
  final AtomicLong ahead = new AtomicLong();

  final SortedMap<String, CertifiedKey> keys = new TreeMap<>();
  final SortedMap<String, List<X509Certificate>> authorities = new TreeMap<>();
  final SortedMap<ServiceName, UpstreamTls> upstreams = new TreeMap<>();
  final List<Listener> listeners = new ArrayList<>();
  final List<TunnelListener> tunnels = new ArrayList<>();
  private final Proxy routes;
  private Optional<ClientTrust> trust = Optional.empty();

  TlsProxy(TlsProvider provider, ProxyOptions options, int... ports) throws Exception {
    this(provider, options, Optional.empty(), ports);
  }

  TlsProxy(TlsProvider provider, ProxyOptions options, Optional<Tracing> tracing, int... ports)
      throws Exception {
    routes = new Proxy(options, ports);
    server =
        new ProxyServer(
            options,
            this,
            () -> System.nanoTime() + ahead.get(),
            java.time.InstantSource.system(),
            Proxy.RANDOM,
            tracing,
            Transport.best(),
            provider);
  }

  /** Clients must prove themselves from now on. */
  TlsProxy trusting(boolean required, String... domains) {
    trust = Optional.of(new ClientTrust(List.of("clients"), required, java.util.Set.of(domains)));
    return this;
  }

  TlsProxy trustingNobody() {
    trust = Optional.empty();
    return this;
  }

  /** One more listener for a host, with a certificate of that name. */
  TlsProxy listener(String host, CertifiedKey key) throws Exception {
    return listener(host, key, 0, Proxy.rule(Proxy.forward()));
  }

  TlsProxy listener(String host, CertifiedKey key, int port, Rule rule) throws Exception {
    keys.put(host, key);
    listeners.add(
        new Listener(
            host,
            "127.0.0.1",
            port,
            new HostPattern(host),
            Optional.of(new ServerTls(List.of(host), trust, TlsVersion.TLS_1_2)),
            keys.containsKey("own") ? Optional.of("own") : Optional.empty(),
            List.of(new Route("default/all", List.of(HostPattern.ANY), List.of(rule), 0))));
    apply();
    return this;
  }

  /** One more listener, whose connections are led as they are. */
  TlsProxy tunnel(String listener, boolean byName, String host) throws Exception {
    Tunnel all =
        new Tunnel("default/all", List.of(new HostPattern(host)), (Forward) Proxy.forward(), 0);
    tunnels.add(
        new TunnelListener(
            "tunnel", "127.0.0.1", 0, new HostPattern(listener), byName, List.of(all)));
    apply();
    return this;
  }

  /** Which service's endpoints these are from now on. */
  void endpoints(int... ports) {
    routes.endpoints(ports);
  }

  void apply() throws Exception {
    server.apply(
        new RouteConfig(listeners, tunnels, upstreams, new Credentials(keys, authorities)),
        routes.balancers());
  }

  /** Endpoints are checked so from now on, once. */
  void check(HealthCheck check) throws Exception {
    routes.web.update(
        new BalancerPolicy(new Algorithm.RoundRobin(), LocalityPolicy.DEFAULT)
            .with(new ActiveCheckPolicy(Duration.ofHours(1), 0, 1, 1, Duration.ofHours(2))));
    server.apply(
        new RouteConfig(
            listeners,
            tunnels,
            upstreams,
            new TreeMap<>(Map.of(Proxy.WEB, check)),
            new Credentials(keys, authorities)),
        routes.balancers());
  }

  CheckCounters.Sums checked() {
    return server.counters().checks().get(Proxy.WEB);
  }

  int port() {
    return server.listeners().values().iterator().next();
  }

  /** A client that believes everybody it is told to, and asks for a name. */
  RawClient client(String name, Authority believed) throws Exception {
    return client(clientContext(believed, null), name);
  }

  RawClient client(SSLContext context, String name) throws Exception {
    SSLSocket socket = unconnected(context, name);
    socket.startHandshake();
    return new RawClient(socket, name);
  }

  SSLSocket unconnected(SSLContext context, String name) throws Exception {
    Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port());
    plain.setSoTimeout(10_000);
    plain.setTcpNoDelay(true);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    if (!name.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    socket.setSSLParameters(parameters);
    return socket;
  }

  static SSLContext clientContext(Authority believed, CertifiedKey own) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyStore trusted = empty();
    trusted.setCertificateEntry("a", believed.certificate);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    context.init(managers(own).getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  /** A socket that accepts in TLS, and asks for certificates that an authority proves. */
  static ServerSocket serverSocket(CertifiedKey own, Authority clients) throws Exception {
    SSLContext context = clientContext(clients == null ? new Authority("nobody") : clients, own);
    javax.net.ssl.SSLServerSocket socket =
        (javax.net.ssl.SSLServerSocket) context.getServerSocketFactory().createServerSocket();
    socket.setNeedClientAuth(clients != null);
    return socket;
  }

  /** The server's side of TLS on a connection, which can so be ended without it. */
  static SSLSocket layered(Socket plain, CertifiedKey own) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            clientContext(new Authority("nobody"), own)
                .getSocketFactory()
                .createSocket(plain, null, true);
    socket.setUseClientMode(false);
    return socket;
  }

  private static KeyManagerFactory managers(CertifiedKey own) throws Exception {
    KeyStore store = empty();
    if (own != null) {
      store.setKeyEntry("k", own.key(), new char[0], own.chain().toArray(X509Certificate[]::new));
    }
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, new char[0]);
    return factory;
  }

  private static KeyStore empty() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  long failed(TlsFault why) {
    return server.counters().clientTls().failures().getOrDefault(why, 0L);
  }

  long upstreamFailed(TlsFault why) {
    return server.counters().upstreamTls().failures().getOrDefault(why, 0L);
  }

  @Override
  public void ended(RequestLog entry) {
    peers.add(entry.peer());
    details.add(entry.flags() + " " + entry.detail());
  }

  @Override
  public void failed(Throwable fault) {
    faults.add(fault);
  }

  @Override
  public void handshakeFailed(
      String listener, String clientAddress, String serverName, TlsFault why, String detail) {
    failures.add(listener + " " + serverName + " " + why.id() + " " + detail);
  }

  @Override
  public void close() {
    server.close();
    routes.close();
  }
}
