package dev.fairlead.route;

import dev.fairlead.balancer.endpoint.ServiceName;
import java.util.List;
import java.util.Optional;

/** Where a matched request goes. */
public sealed interface Action {
  /**
   * To one of some backends by weight. All weights 0, or none at all: 500. They add up to less than
   * 2³¹, so that one draw of an int decides.
   */
  record Forward(List<Backend> backends) implements Action {
    public Forward {
      backends = List.copyOf(backends);
      long total = backends.stream().mapToLong(Backend::weight).sum();
      if (total > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("weights add up to " + total + ", above 2³¹ − 1");
      }
    }
  }

  /**
   * One backend of a split.
   *
   * @param service empty where the reference is invalid: its share of requests gets 500
   * @param weight 0…1 000 000
   * @param affinity the service's; empty where it has none
   * @param protocol that the service's endpoints speak
   */
  record Backend(
      Optional<ServiceName> service,
      int weight,
      HeaderEdits requestHeaders,
      HeaderEdits responseHeaders,
      Optional<Affinity> affinity,
      Protocol protocol) {
    public Backend {
      if (weight < 0 || weight > 1_000_000) {
        throw new IllegalArgumentException("weight " + weight + " is outside 0…1000000");
      }
    }

    /** One that speaks HTTP/1.1. */
    public Backend(
        Optional<ServiceName> service,
        int weight,
        HeaderEdits requestHeaders,
        HeaderEdits responseHeaders,
        Optional<Affinity> affinity) {
      this(service, weight, requestHeaders, responseHeaders, affinity, Protocol.HTTP1);
    }

    /** One without affinity. */
    public Backend(
        Optional<ServiceName> service,
        int weight,
        HeaderEdits requestHeaders,
        HeaderEdits responseHeaders) {
      this(service, weight, requestHeaders, responseHeaders, Optional.empty());
    }
  }

  /** Answered with a Location; an empty part keeps the request's. */
  record Redirect(
      Optional<String> scheme,
      Optional<String> host,
      Optional<Integer> port,
      Rewrite.Path path,
      int status)
      implements Action {}

  /** Answered from the document itself. */
  record StaticReply(int status, List<HeaderEdits.Header> headers, String body) implements Action {}
}
