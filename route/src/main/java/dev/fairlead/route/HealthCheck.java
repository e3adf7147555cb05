package dev.fairlead.route;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * How the endpoints of a service are asked whether they are well. How often, and what follows from
 * the answers, is the balancer's policy.
 *
 * @param port of each endpoint's address that is asked, in clear text; empty: the one that requests
 *     go to, as they are
 * @param protocol that is spoken there
 * @param timeout after which no answer is a bad one, positive
 */
public record HealthCheck(Probe probe, OptionalInt port, Protocol protocol, Duration timeout) {
  /** What an endpoint is asked. */
  public sealed interface Probe {
    /**
     * A GET.
     *
     * @param path with its query, beginning with a slash
     * @param host that is asked for
     * @param good statuses of answers that are
     */
    record Http(String path, String host, List<Statuses> good) implements Probe {
      public Http {
        good = List.copyOf(good);
      }

      /** Whether an answer with this status is a good one. */
      public boolean isGood(int status) {
        return good.stream().anyMatch(each -> each.contains(status));
      }
    }

    /**
     * {@code Check} of {@code grpc.health.v1.Health}: SERVING is good.
     *
     * @param service empty: the server as a whole
     * @param host that is asked for
     */
    record Grpc(String service, String host) implements Probe {}

    /** A connection that opens is good; where TLS is spoken, with its handshake. */
    record Tcp() implements Probe {}
  }

  /** Statuses from one to another, both of them included. */
  public record Statuses(int from, int to) {
    public Statuses {
      if (from < 200 || to > 599 || to < from) {
        throw new IllegalArgumentException(from + "-" + to + " is not within 200-599");
      }
    }

    boolean contains(int status) {
      return status >= from && status <= to;
    }
  }

  public HealthCheck {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout " + timeout + " is not positive");
    }
  }
}
