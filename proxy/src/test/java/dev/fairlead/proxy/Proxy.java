package dev.fairlead.proxy;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.balancer.probe.Prober;
import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.proxy.trace.Tracing;
import dev.fairlead.route.Action;
import dev.fairlead.route.Cors;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Match;
import dev.fairlead.route.Mirror;
import dev.fairlead.route.Persistence;
import dev.fairlead.route.Protocol;
import dev.fairlead.route.Retries;
import dev.fairlead.route.Rewrite;
import dev.fairlead.route.Route;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.route.Rule;
import dev.fairlead.route.Treatment;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** A proxy under test: one listener, one route to the service {@code default/web}. */
final class Proxy implements AutoCloseable, ProxyListener {
  static final ServiceName WEB = new ServiceName("default", "web");
  static final RandomSource RANDOM = () -> ThreadLocalRandom.current().nextLong();

  final List<Entry> log = new CopyOnWriteArrayList<>();
  final Map<ServiceName, Balancer> balancers = new ConcurrentHashMap<>();
  final ServiceBalancer web;
  final ProxyServer server;

  /** How far the proxy's clock is ahead of the machine's, in nanoseconds. */
  final AtomicLong ahead = new AtomicLong();

  /** What the log said of a request, copied as it may not be kept. */
  record Entry(
      String method,
      String target,
      int status,
      String flags,
      String detail,
      int attempts,
      long requestBytes,
      long responseBytes,
      String traceId,
      String route,
      int grpcStatus,
      int trafficClass,
      String hedge,
      String pickReason,
      long deadlineLeftNanos) {}

  Proxy(ProxyOptions options, int... ports) throws Exception {
    this(options, rule(forward()), ports);
  }

  Proxy(ProxyOptions options, Rule rule, int... ports) throws Exception {
    this(options, InstantSource.system(), rule, ports);
  }

  Proxy(ProxyOptions options, InstantSource wall, Rule rule, int... ports) throws Exception {
    this(options, wall, System::nanoTime, Optional.empty(), rule, ports);
  }

  Proxy(
      ProxyOptions options, InstantSource wall, Optional<Tracing> tracing, Rule rule, int... ports)
      throws Exception {
    this(options, wall, System::nanoTime, tracing, rule, ports);
  }

  Proxy(ProxyOptions options, InstantSource wall, Ticker ticker, Rule rule, int... ports)
      throws Exception {
    this(options, wall, ticker, Optional.empty(), rule, ports);
  }

  private Proxy(
      ProxyOptions options,
      InstantSource wall,
      Ticker ticker,
      Optional<Tracing> tracing,
      Rule rule,
      int... ports)
      throws Exception {
    web = balancer(WEB);
    balancers.put(WEB, web);
    endpoints(ports);
    server =
        new ProxyServer(options, this, () -> ticker.nanos() + ahead.get(), wall, RANDOM, tracing);
    apply(rule);
  }

  private ServiceBalancer balancer(ServiceName service) {
    return balancer(
        service,
        Optional.of(
            (endpoint, timeout, reply) -> server.prober(service).probe(endpoint, timeout, reply)));
  }

  static ServiceBalancer balancer(ServiceName service, Optional<Prober> prober) {
    return new ServiceBalancer(
        service,
        new BalancerPolicy(new Algorithm.RoundRobin(), LocalityPolicy.DEFAULT),
        Place.UNKNOWN,
        System::nanoTime,
        RANDOM,
        prober);
  }

  static ProxyOptions options() {
    return ProxyOptions.defaults(1);
  }

  void endpoints(int... ports) {
    web.update(endpointSet(ports));
  }

  static EndpointSet endpointSet(int... ports) {
    return new EndpointSet(
        java.util.Arrays.stream(ports)
            .mapToObj(port -> new Endpoint(new Address("127.0.0.1", port), Place.UNKNOWN))
            .toList());
  }

  void apply(Rule... rules) throws Exception {
    server.apply(config(rules), balancers());
  }

  /** The same with {@link #WEB} treated so. */
  void apply(Treatment treatment, Rule... rules) throws Exception {
    RouteConfig plain = config(rules);
    server.apply(
        new RouteConfig(
            plain.listeners(),
            plain.tunnels(),
            plain.upstreams(),
            plain.checks(),
            new TreeMap<>(Map.of(WEB, treatment)),
            plain.credentials()),
        balancers());
  }

  Function<ServiceName, Balancer> balancers() {
    return balancers::get;
  }

  static RouteConfig config(Rule... rules) {
    return new RouteConfig(List.of(listener("default/gate/http", "127.0.0.1", 0, rules)));
  }

  static Listener listener(String name, String host, int port, Rule... rules) {
    return new Listener(
        name,
        host,
        port,
        HostPattern.ANY,
        List.of(new Route("default/all", List.of(HostPattern.ANY), List.of(rules), 0)));
  }

  static Action forward() {
    return new Action.Forward(
        List.of(new Action.Backend(Optional.of(WEB), 1, HeaderEdits.NONE, HeaderEdits.NONE)));
  }

  /** To {@code web}, whose endpoints speak HTTP/2 in clear text. */
  static Action forwardH2() {
    return new Action.Forward(
        List.of(
            new Action.Backend(
                Optional.of(WEB),
                1,
                HeaderEdits.NONE,
                HeaderEdits.NONE,
                Optional.empty(),
                Protocol.H2C)));
  }

  static Rule rule(Action action) {
    return rule(action, Duration.ZERO, Duration.ZERO);
  }

  static Rule rule(String prefix, Action action) {
    Match match =
        new Match(
            new Match.PathMatch(Match.PathMatch.Kind.PREFIX, prefix),
            Optional.empty(),
            List.of(),
            List.of());
    return new Rule(
        List.of(match),
        HeaderEdits.NONE,
        HeaderEdits.NONE,
        Rewrite.NONE,
        action,
        Duration.ZERO,
        Duration.ZERO);
  }

  static Rule rule(Action action, Duration request, Duration backend) {
    return new Rule(
        List.of(Match.ALL),
        HeaderEdits.NONE,
        HeaderEdits.NONE,
        Rewrite.NONE,
        action,
        request,
        backend);
  }

  /** A rule for all requests to the service {@code web}. */
  static Rule rule(
      List<Mirror> mirrors,
      Optional<Cors> cors,
      Optional<Retries> retries,
      Optional<Persistence> persistence) {
    return new Rule(
        "all",
        List.of(Match.ALL),
        HeaderEdits.NONE,
        HeaderEdits.NONE,
        Rewrite.NONE,
        mirrors,
        cors,
        forward(),
        Duration.ZERO,
        Duration.ZERO,
        retries,
        persistence);
  }

  static Rule rule(Retries retries) {
    return rule(List.of(), Optional.empty(), Optional.of(retries), Optional.empty());
  }

  static Action.Backend backend(ServiceName service, int weight) {
    return new Action.Backend(Optional.of(service), weight, HeaderEdits.NONE, HeaderEdits.NONE);
  }

  /** Another service at these ports. */
  ServiceName service(String name, int... ports) {
    ServiceName service = new ServiceName("default", name);
    ServiceBalancer balancer = balancer(service);
    balancers.put(service, balancer);
    balancer.update(endpointSet(ports));
    return service;
  }

  int port() {
    return server.listeners().get("default/gate/http");
  }

  RawClient client() throws Exception {
    return new RawClient(port());
  }

  @Override
  public void ended(RequestLog entry) {
    log.add(
        new Entry(
            entry.method(),
            entry.target(),
            entry.status(),
            entry.flags(),
            entry.detail(),
            entry.attempts(),
            entry.requestBytes(),
            entry.responseBytes(),
            entry.traceId(),
            entry.route(),
            entry.grpcStatus(),
            entry.trafficClass(),
            entry.hedge(),
            entry.pickReason(),
            entry.deadlineLeftNanos()));
  }

  @Override
  public void close() {
    server.close();
  }
}
