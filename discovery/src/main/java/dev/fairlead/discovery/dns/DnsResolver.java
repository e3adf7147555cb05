package dev.fairlead.discovery.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Turns a host's name into its addresses. May block. */
@FunctionalInterface
public interface DnsResolver {
  /**
   * All addresses, in any order.
   *
   * @throws UnknownHostException if there is no answer, or none with an address
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;

  /**
   * The system's resolver, by {@link InetAddress}. The JVM keeps its answers for 30 s, failures for
   * 10 s: a process that wants shorter refreshes must set the security properties {@code
   * networkaddress.cache.ttl} and {@code networkaddress.cache.negative.ttl} to 0 before its first
   * lookup.
   */
  static DnsResolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
