package dev.fairlead.proxy.observe;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Explanation;
import java.util.List;
import java.util.Optional;

/**
 * All that there is to say of one exchange that has ended: what came, what was decided and why, how
 * it went. Durations in nanoseconds, −1 where it never came so far.
 *
 * @param kept why it is remembered
 * @param millis since 1970, when it ended
 * @param requestId as the request named itself by {@code x-request-id}; empty if it did not
 * @param route empty where none matched
 * @param matched the conditions of the route's rule that the request met
 * @param backends of the rule, among which the service was drawn
 * @param endpoint of the last attempt
 * @param limitNanos that the request could take; 0: any
 * @param attempts in the order in which they ended
 * @param picks why they went where they went, as far as that was asked, and the one that was
 *     refused
 * @param requestFields, answerFields headers, where they were wanted
 */
public record ExchangeStory(
    Kept kept,
    long millis,
    String requestId,
    String traceId,
    String listener,
    String route,
    List<String> matched,
    List<Share> backends,
    Optional<ServiceName> service,
    Optional<Endpoint> endpoint,
    String clientAddress,
    String peer,
    String protocol,
    String method,
    String target,
    String host,
    int status,
    int grpcStatus,
    int trafficClass,
    String flags,
    String detail,
    long requestBytes,
    long responseBytes,
    long connectNanos,
    long firstByteNanos,
    long totalNanos,
    long limitNanos,
    int attemptCount,
    List<AttemptStory> attempts,
    List<Explanation> picks,
    List<Field> requestFields,
    List<Field> answerFields) {

  public ExchangeStory {
    matched = List.copyOf(matched);
    backends = List.copyOf(backends);
    attempts = List.copyOf(attempts);
    picks = List.copyOf(picks);
    requestFields = List.copyOf(requestFields);
    answerFields = List.copyOf(answerFields);
  }

  /** A backend of a rule and its weight; the service is empty where it does not exist. */
  public record Share(Optional<ServiceName> service, int weight) {}

  /** Why an exchange is looked at. */
  public enum Kept {
    /** Drawn from all. */
    SAMPLED,
    /** It was answered with an error, or not as it should. */
    FAILED,
    SLOW,
    /** Somebody taps. */
    TAPPED
  }
}
