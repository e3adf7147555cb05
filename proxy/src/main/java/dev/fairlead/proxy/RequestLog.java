package dev.fairlead.proxy;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of one request that ended. Durations in nanoseconds, −1 where it never came
 * so far.
 */
public interface RequestLog {
  String listener();

  /** Empty where no route matched. */
  String route();

  @Nullable ServiceName service();

  @Nullable Endpoint endpoint();

  /**
   * Why that endpoint, in the words of its pick's explanation: {@code pool: rule}, and in brackets
   * what was given up to find one; empty where none was picked, or by one that cannot say why.
   */
  String pickReason();

  /**
   * {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}; empty if the head was never understood.
   */
  String protocol();

  String method();

  /** Path and query as the client sent them. */
  String target();

  String host();

  String clientAddress();

  /** Who the client proved to be by its certificate; empty if nobody. */
  String peer();

  /** What was sent to the client; 0 if it went away before. */
  int status();

  /** gRPC's status code, 0 for OK; −1 where there is none. */
  default int grpcStatus() {
    return -1;
  }

  long requestBytes();

  long responseBytes();

  long totalNanos();

  /** From the head to a connection in hand. */
  long connectNanos();

  /** From the head to the answer's first byte. */
  long firstByteNanos();

  /** Of the request's limit, when it was answered; 0 if it was late, −1 where it has none. */
  default long deadlineLeftNanos() {
    return -1;
  }

  /** 1 for the first; 0 if nothing was picked. */
  int attempts();

  /**
   * Whether a second attempt that was made beside the first {@code won} or {@code lost}; empty
   * where there was none.
   */
  default String hedge() {
    return "";
  }

  /** Priority class, 0 the lowest … 7 the highest; 3 where nobody said. */
  default int trafficClass() {
    return 3;
  }

  /** Envoy's letters, comma separated: UH UF UC UT UO OM NR DC DPE; empty if all went well. */
  String flags();

  /** One short phrase on why it ended as it did where flags say anything; else empty. */
  String detail();

  /** What the request calls itself by {@code x-request-id}; empty if nothing. */
  default String requestId() {
    return "";
  }

  /** W3C trace id: of the request's traceparent or begun here; empty if there is neither. */
  String traceId();
}
