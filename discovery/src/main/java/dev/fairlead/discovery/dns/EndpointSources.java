package dev.fairlead.discovery.dns;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Configuration.DnsEndpoints;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.discovery.Timer;
import dev.fairlead.discovery.document.IpLiteral;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The endpoints of each service now: those that the documents list, and one for each address of
 * their DNS names. Each name is resolved again after its interval; a failure keeps the last good
 * addresses. Names that stay in a new configuration keep theirs too, so a reload loses nothing.
 */
public final class EndpointSources implements AutoCloseable {
  /** Of one name; more is a broken or hostile answer, and the first in order are kept. */
  static final int MAX_ADDRESSES = 1000;

  private final DnsResolver resolver;
  private final Timer timer;
  private final BiConsumer<ServiceName, EndpointSet> onChange;

  private final SortedMap<String, Name> names = new TreeMap<>();
  private SortedMap<ServiceName, ServiceConfig> services = new TreeMap<>();
  private final Map<ServiceName, EndpointSet> current = new HashMap<>();
  private boolean closed;

  /**
   * Nothing is resolved before {@link #apply}.
   *
   * @param timer lookups run, and block, in its tasks
   * @param onChange told of each change that DNS brings, in order, one at a time; must not block
   */
  public EndpointSources(
      DnsResolver resolver, Timer timer, BiConsumer<ServiceName, EndpointSet> onChange) {
    this.resolver = resolver;
    this.timer = timer;
    this.onChange = onChange;
  }

  /**
   * Puts a configuration in force, without waiting for DNS: a name that is new has no address until
   * its first lookup ends and {@code onChange} is told.
   *
   * @return the endpoints of each service now
   */
  public synchronized SortedMap<ServiceName, EndpointSet> apply(Configuration configuration) {
    services = new TreeMap<>(configuration.services());
    Map<String, Duration> wanted = new HashMap<>();
    for (ServiceConfig service : services.values()) {
      for (DnsEndpoints dns : service.dns()) {
        wanted.merge(dns.host(), dns.refresh(), (a, b) -> a.compareTo(b) < 0 ? a : b);
      }
    }
    names
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !wanted.containsKey(entry.getKey());
              if (gone) {
                entry.getValue().pending.cancel();
              }
              return gone;
            });
    if (!closed) {
      wanted.forEach(this::want);
    }
    current.clear();
    services.forEach((name, service) -> current.put(name, endpoints(service)));
    return new TreeMap<>(current);
  }

  /** What is known of each name, by host. */
  public synchronized List<NameStatus> status() {
    return names.values().stream().map(Name::status).toList();
  }

  /** Stops all lookups, for good; {@code onChange} is not called after it returned. */
  @Override
  public synchronized void close() {
    closed = true;
    names.values().forEach(name -> name.pending.cancel());
    names.clear();
    services = new TreeMap<>();
  }

  /**
   * What is known of one DNS name.
   *
   * @param addresses that are in use: the last good ones
   * @param lookups that ended; {@code failures} of them without an address
   * @param dropped addresses over the bound in the last good answer
   * @param lastError why the last lookup failed; empty if it did not
   */
  public record NameStatus(
      String host,
      List<String> addresses,
      long lookups,
      long failures,
      int dropped,
      Optional<String> lastError) {}

  private void want(String host, Duration refresh) {
    Name name = names.get(host);
    if (name == null) {
      Name added = new Name(host, refresh);
      names.put(host, added);
      schedule(added, Duration.ZERO);
    } else if (!name.refresh.equals(refresh)) {
      boolean sooner = refresh.compareTo(name.refresh) < 0;
      name.refresh = refresh;
      if (sooner && !name.underWay) {
        name.pending.cancel();
        schedule(name, refresh);
      }
    }
  }

  private void schedule(Name name, Duration delay) {
    name.pending = timer.after(delay, () -> lookUp(name));
  }

  private void lookUp(Name name) {
    synchronized (this) {
      if (names.get(name.host) != name || name.underWay) {
        return;
      }
      name.underWay = true;
    }
    List<InetAddress> found = List.of();
    String error = "";
    try {
      found = resolver.resolve(name.host);
      error = found.isEmpty() ? "no addresses" : "";
    } catch (UnknownHostException | RuntimeException e) {
      // Whatever a resolver throws must not end the refreshes.
      String message = e.getMessage();
      error = message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }
    ended(name, found, error);
  }

  private synchronized void ended(Name name, List<InetAddress> found, String error) {
    name.underWay = false;
    if (names.get(name.host) != name) {
      return;
    }
    name.lookups++;
    name.error = error;
    if (error.isEmpty()) {
      // Sorted: servers rotate their answers, which is no change.
      List<String> all = found.stream().map(IpLiteral::canonical).distinct().sorted().toList();
      name.dropped = Math.max(0, all.size() - MAX_ADDRESSES);
      name.addresses = all.stream().limit(MAX_ADDRESSES).toList();
    } else {
      name.failures++;
    }
    schedule(name, name.refresh);
    tellChanges(name.host);
  }

  private void tellChanges(String host) {
    services.forEach(
        (service, config) -> {
          if (config.dns().stream().anyMatch(dns -> dns.host().equals(host))) {
            EndpointSet now = endpoints(config);
            if (!now.equals(current.put(service, now))) {
              onChange.accept(service, now);
            }
          }
        });
  }

  private EndpointSet endpoints(ServiceConfig service) {
    List<Endpoint> endpoints = new ArrayList<>();
    Set<List<Object>> seen = new HashSet<>();
    for (Endpoint endpoint : service.endpoints()) {
      add(endpoint, endpoints, seen);
    }
    for (DnsEndpoints dns : service.dns()) {
      Name name = names.get(dns.host());
      for (String address : name == null ? List.<String>of() : name.addresses) {
        Address at = new Address(address, dns.port());
        add(new Endpoint(at, dns.place(), Labels.NONE, dns.weight()), endpoints, seen);
      }
    }
    return new EndpointSet(endpoints);
  }

  /** Adds what is not there: a listed endpoint may also be behind a name, and two names alike. */
  private static void add(Endpoint endpoint, List<Endpoint> endpoints, Set<List<Object>> seen) {
    if (seen.add(List.of(endpoint.cluster(), endpoint.address()))) {
      endpoints.add(endpoint);
    }
  }

  /** One name's state; guarded by the sources' lock. */
  private static final class Name {
    private final String host;
    private Duration refresh;
    private Timer.Cancel pending = () -> {};
    private boolean underWay;
    private List<String> addresses = List.of();
    private long lookups;
    private long failures;
    private int dropped;
    private String error = "";

    Name(String host, Duration refresh) {
      this.host = host;
      this.refresh = refresh;
    }

    NameStatus status() {
      Optional<String> lastError = error.isEmpty() ? Optional.empty() : Optional.of(error);
      return new NameStatus(host, addresses, lookups, failures, dropped, lastError);
    }
  }
}
