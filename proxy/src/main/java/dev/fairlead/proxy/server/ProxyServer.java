package dev.fairlead.proxy.server;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.balancer.probe.Prober;
import dev.fairlead.proxy.ProxyListener;
import dev.fairlead.proxy.ProxyOptions;
import dev.fairlead.proxy.check.CheckCounters;
import dev.fairlead.proxy.check.CompiledCheck;
import dev.fairlead.proxy.downstream.Clients;
import dev.fairlead.proxy.downstream.ListenerPort;
import dev.fairlead.proxy.exchange.Loop;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http2.Violation;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.Overload;
import dev.fairlead.proxy.loop.Transport;
import dev.fairlead.proxy.observe.ExchangeStory;
import dev.fairlead.proxy.observe.Tap;
import dev.fairlead.proxy.probe.Probes;
import dev.fairlead.proxy.rules.CompiledPort;
import dev.fairlead.proxy.rules.Materials;
import dev.fairlead.proxy.tls.ClientContexts;
import dev.fairlead.proxy.tls.ServerContexts;
import dev.fairlead.proxy.tls.TlsCounters;
import dev.fairlead.proxy.tls.TlsProvider;
import dev.fairlead.proxy.trace.Tracing;
import dev.fairlead.route.Listener;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.route.TunnelListener;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The reverse proxy: listeners, event loops, upstream pools. */
public final class ProxyServer implements AutoCloseable {
  /** What is offered to TLS clients (ALPN), the best first. */
  private static final List<String> SPOKEN = List.of("h2", "http/1.1");

  /** Of session tickets: three live at a time, so that a ticket is good for two hours or three. */
  private static final long TICKET_KEY_HOURS = 1;

  private final Transport transport;
  private final MultiThreadIoEventLoopGroup group;
  private final List<Loop> loops;
  private final List<Clients> clients;
  private final ServerContexts serverTls;
  private final ClientContexts clientTls;
  private final HealthChecks checks;
  private final Probes probes;
  private Map<Site, ListenerPort> ports = Map.of();
  private volatile Map<String, Integer> bound = Map.of();

  /** What a listener binds; several listeners may share one. */
  private record Site(String host, int port) {}

  /** All that a site is to serve. */
  private static final class Wanted {
    private final List<Listener> listeners = new ArrayList<>();
    private final List<TunnelListener> tunnels = new ArrayList<>();
  }

  /**
   * @param ticker monotonic nanoseconds from any origin
   * @param wall the time of day, for sessions that outlast this process
   */
  public ProxyServer(
      ProxyOptions options,
      ProxyListener listener,
      Ticker ticker,
      InstantSource wall,
      RandomSource random) {
    this(options, listener, ticker, wall, random, Optional.empty());
  }

  /**
   * @param tracing how requests are traced; empty: what they say of traces is passed on as it is
   */
  public ProxyServer(
      ProxyOptions options,
      ProxyListener listener,
      Ticker ticker,
      InstantSource wall,
      RandomSource random,
      Optional<Tracing> tracing) {
    this(options, listener, ticker, wall, random, tracing, Transport.best(), TlsProvider.best());
  }

  /** With sockets and TLS of the caller's choice, else the best that the machine has. */
  public ProxyServer(
      ProxyOptions options,
      ProxyListener listener,
      Ticker ticker,
      InstantSource wall,
      RandomSource random,
      Optional<Tracing> tracing,
      Transport transport,
      TlsProvider tls) {
    this.transport = transport;
    serverTls = new ServerContexts(tls, SPOKEN);
    clientTls = new ClientContexts(tls);
    group =
        new MultiThreadIoEventLoopGroup(
            options.loops(), new DefaultThreadFactory("proxy", true), transport.handlers());
    AtomicInteger openConnections = new AtomicInteger();
    loops = new ArrayList<>(options.loops());
    clients = new ArrayList<>(options.loops());
    for (int i = 0; i < options.loops(); i++) {
      EventLoop events = group.next();
      Loop loop = new Loop(events, transport, options, listener, ticker, wall, random, tracing);
      loops.add(loop);
      clients.add(new Clients(loop, openConnections));
    }
    checks = new HealthChecks(loops);
    probes = new Probes(loops.stream().map(loop -> loop.probes).toList());
    var _ =
        group
            .next()
            .scheduleAtFixedRate(
                this::rotateTicketKeys, TICKET_KEY_HOURS, TICKET_KEY_HOURS, TimeUnit.HOURS);
  }

  /**
   * What probes a service's endpoints for their load, for a policy that wants to know. It may be
   * had before the service is in force; until then each probe fails.
   */
  public Prober prober(ServiceName service) {
    return probes.prober(service);
  }

  /** Called by a loop, which must not wait for whoever waits for it: not for the server's lock. */
  void rotateTicketKeys() {
    serverTls.rotateTicketKeys();
  }

  /**
   * Puts a configuration in force: binds new listeners first, then swaps the routes, then closes
   * listeners that are gone (their requests under way end). All or nothing. Listeners of one
   * address and port share its sockets; port 0 takes a free one.
   *
   * @param balancers of every service that a route names
   * @throws BindException if a listener cannot be bound; the old configuration stays in force
   * @throws IllegalArgumentException for a rule that could not be written into a head or a
   *     certificate that cannot be used; likewise
   */
  public synchronized void apply(RouteConfig routes, Function<ServiceName, Balancer> balancers)
      throws BindException {
    Map<Site, Wanted> wanted = new LinkedHashMap<>();
    for (Listener each : routes.listeners()) {
      Site site = new Site(each.host(), each.port());
      wanted.computeIfAbsent(site, key -> new Wanted()).listeners.add(each);
    }
    for (TunnelListener each : routes.tunnels()) {
      Site site = new Site(each.host(), each.port());
      wanted.computeIfAbsent(site, key -> new Wanted()).tunnels.add(each);
    }
    Map<Site, CompiledPort> compiled = new LinkedHashMap<>();
    Materials materials = new Materials(routes, balancers, probes::load, serverTls, clientTls);
    Map<Site, ListenerPort> next;
    List<CompiledCheck> compiledChecks;
    Runnable probing;
    try {
      compiledChecks = checks.compile(materials);
      probing = probes.compile(materials);
      wanted.forEach(
          (site, some) ->
              compiled.put(site, CompiledPort.of(some.listeners, some.tunnels, materials)));
      next = bindNew(compiled);
    } catch (BindException | RuntimeException e) {
      serverTls.abandon();
      clientTls.abandon();
      throw e;
    }
    serverTls.commit();
    clientTls.commit();
    compiled.forEach((site, rules) -> at(next, site).rules(rules));
    checks.apply(compiledChecks);
    probing.run();
    ports.forEach(
        (site, port) -> {
          if (!next.containsKey(site)) {
            port.close();
          }
        });
    ports = next;
    clients.forEach(each -> each.loop.events.execute(each::reconsider));
    Map<String, Integer> names = new LinkedHashMap<>();
    wanted.forEach(
        (site, some) -> {
          int port = at(next, site).port();
          some.listeners.forEach(listener -> names.put(listener.name(), port));
          some.tunnels.forEach(listener -> names.put(listener.name(), port));
        });
    bound = Map.copyOf(names);
  }

  private static ListenerPort at(Map<Site, ListenerPort> ports, Site site) {
    ListenerPort port = ports.get(site);
    if (port == null) {
      throw new IllegalStateException(site + " is not bound");
    }
    return port;
  }

  private Map<Site, ListenerPort> bindNew(Map<Site, CompiledPort> compiled) throws BindException {
    Map<Site, ListenerPort> next = new LinkedHashMap<>();
    List<ListenerPort> fresh = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    compiled.forEach(
        (site, rules) -> {
          ListenerPort port = ports.get(site);
          if (port == null) {
            port = new ListenerPort(rules);
            String problem = port.bind(site.host(), site.port(), clients, transport);
            if (problem != null) {
              problems.add(problem);
            } else {
              fresh.add(port);
            }
          }
          next.put(site, port);
        });
    if (!problems.isEmpty()) {
      fresh.forEach(ListenerPort::close);
      throw new BindException(problems);
    }
    return next;
  }

  /** Names of the listeners that are bound, with the port that they got. */
  public Map<String, Integer> listeners() {
    return bound;
  }

  /**
   * Stops accepting, tells keep-alive clients to go (Connection: close), waits until all requests
   * under way have ended or {@code grace} is over.
   *
   * @return how many requests were cut off
   */
  public synchronized int drain(Duration grace) throws InterruptedException {
    List<ListenerPort> closing = List.copyOf(ports.values());
    ports = Map.of();
    bound = Map.of();
    return new Drain(clients, closing, grace).run();
  }

  /** Summed over the loops; cheap enough for each scrape. */
  public Counters counters() {
    Map<String, Long> rejects = new TreeMap<>();
    for (Reject reject : Reject.values()) {
      long count = loops.stream().mapToLong(l -> l.counters.rejects(reject)).sum();
      if (count > 0) {
        rejects.put(reject.id(), count);
      }
    }
    for (Violation violation : Violation.values()) {
      long count = loops.stream().mapToLong(l -> l.counters.violations(violation)).sum();
      if (count > 0) {
        rejects.put(violation.id(), count);
      }
    }
    putIfAny(rejects, "head_timeout", Counter.HEAD_TIMEOUTS);
    putIfAny(rejects, "stalled", Counter.STALLED_CUT);
    putIfAny(rejects, "max_connections", Counter.CLIENT_CONNECTIONS_REFUSED);
    Map<ServiceName, Map<Refusal, Long>> refusals = new HashMap<>();
    loops.forEach(loop -> loop.counters.addRefusals(refusals));
    return new Counters(
        sum(Counter.CLIENT_CONNECTIONS),
        sum(Counter.CLIENT_CONNECTIONS_OPEN),
        sum(Counter.REQUESTS),
        sum(Counter.REQUESTS_IN_FLIGHT),
        sum(Counter.RETRIES),
        sum(Counter.HEDGES),
        sum(Counter.HEDGES_WON),
        sum(Counter.MIRRORED),
        sum(Counter.MIRRORS_DROPPED),
        sum(Counter.LOAD_REPORTS_BROKEN),
        sum(Counter.PROBES_HELD_BACK),
        sum(Counter.PROBES_ANSWERED),
        sum(Counter.UPSTREAM_CONNECTS),
        sum(Counter.UPSTREAM_CONNECTIONS_OPEN),
        sum(Counter.UPSTREAM_CONNECTIONS_IDLE),
        sum(Counter.UPSTREAM_WAITING),
        Map.copyOf(rejects),
        refusals,
        shed(),
        TlsCounters.sum(loops.stream().map(loop -> loop.clientTls).toList()),
        TlsCounters.sum(loops.stream().map(loop -> loop.upstreamTls).toList()),
        checks.sums());
  }

  private void putIfAny(Map<String, Long> into, String name, Counter counter) {
    long count = sum(counter);
    if (count > 0) {
      into.put(name, count);
    }
  }

  private List<Long> shed() {
    return IntStream.range(0, Overload.CLASSES)
        .mapToObj(each -> loops.stream().mapToLong(l -> l.counters.shedOf(each)).sum())
        .toList();
  }

  private long sum(Counter counter) {
    return loops.stream().mapToLong(loop -> loop.counters.get(counter)).sum();
  }

  /** Begins to tell of exchanges as they end, until {@link #untap}. */
  public void tap(Tap tap) {
    loops.forEach(loop -> loop.events.execute(() -> loop.watch.add(tap)));
  }

  /** Ends a {@link #tap}; no more is told of exchanges once the loops have heard of it. */
  public void untap(Tap tap) {
    try {
      loops.forEach(loop -> loop.events.execute(() -> loop.watch.remove(tap)));
    } catch (RejectedExecutionException e) {
      // The loops have ended, and with them all exchanges.
    }
  }

  /** What is remembered of exchanges that have ended: those that failed or were slow, and some. */
  public List<ExchangeStory> stories() {
    return loops.stream().flatMap(loop -> loop.watch.kept()).toList();
  }

  /** The most bytes that ever waited to be written to one connection. */
  public long peakBuffered() {
    return loops.stream().mapToLong(l -> l.counters.get(Counter.PEAK_BUFFERED)).max().orElse(0);
  }

  @Override
  public synchronized void close() {
    ports.values().forEach(ListenerPort::close);
    ports = Map.of();
    bound = Map.of();
    for (Clients each : clients) {
      each.loop.events.submit(each::cutAll).awaitUninterruptibly();
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /**
   * Cumulative, but for the gauges.
   *
   * @param hedges second attempts beside a first that took long
   * @param hedgesWon those whose answer began first
   * @param mirrored copies of requests that were sent to mirrors
   * @param mirrorsDropped copies that could not be sent
   * @param probesHeldBack probes of load that were not sent: too many, or never answered
   * @param probesAnswered questions for a service's load that were answered in its stead
   * @param upstreamWaiting requests that wait for one of the connections that there may be
   * @param rejects protocol errors of clients and endpoints by rule, of messages and of framing
   * @param refusals requests that got no endpoint at all, of services that had any such
   * @param shed requests that were turned away as a loop lagged, by class
   * @param clientTls handshakes with clients
   * @param upstreamTls handshakes with endpoints
   * @param checks active checks of endpoints
   */
  public record Counters(
      long clientConnections,
      long clientConnectionsOpen,
      long requests,
      long requestsInFlight,
      long retries,
      long hedges,
      long hedgesWon,
      long mirrored,
      long mirrorsDropped,
      long loadReportsBroken,
      long probesHeldBack,
      long probesAnswered,
      long upstreamConnects,
      long upstreamConnectionsOpen,
      long upstreamConnectionsIdle,
      long upstreamWaiting,
      Map<String, Long> rejects,
      Map<ServiceName, Map<Refusal, Long>> refusals,
      List<Long> shed,
      TlsCounters.Sums clientTls,
      TlsCounters.Sums upstreamTls,
      Map<ServiceName, CheckCounters.Sums> checks) {}

  /** A listener's port could not be had. */
  public static final class BindException extends Exception {
    public BindException(List<String> problems) {
      super(String.join("; ", problems));
    }
  }
}
