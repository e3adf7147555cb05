package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.proxy.http1.Ascii;
import dev.fairlead.proxy.http1.GrpcTimeout;
import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What gRPC makes of a request and its answer: the client's deadline, and the status, which stands
 * behind the body. Reused with its exchange; of other requests it says nothing.
 */
final class GrpcCall {
  private static final byte[] CONTENT_TYPE = bytes("content-type");
  private static final byte[] GRPC = bytes("application/grpc");
  private static final byte[] TIMEOUT = bytes("grpc-timeout");
  static final byte[] STATUS = bytes("grpc-status");

  private static final TrailerHead DEADLINE_EXCEEDED =
      TrailerHead.of(
          "grpc-status",
          Integer.toString(GrpcStatus.DEADLINE_EXCEEDED),
          "grpc-message",
          "the call took too long");

  /** Two digits are enough for all codes; what is longer is no status. */
  private static final int MAX_DIGITS = 2;

  /** Decades: for ever, and still far from what the clock's arithmetic can take. */
  private static final long MAX_TIMEOUT = Long.MAX_VALUE / 4;

  private static final int OK = 200;
  private static final int GATEWAY_TIMEOUT = 504;

  private boolean call;
  private boolean answers;
  private boolean clientsLimit;
  private long timeoutNanos;
  private long limitNanos;
  private int status = GrpcStatus.NONE;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void clear() {
    call = false;
    answers = false;
    clientsLimit = false;
    timeoutNanos = -1;
    limitNanos = 0;
    status = GrpcStatus.NONE;
  }

  /** Finds out whether a request is a call, and until when it is to be answered. */
  Reject begin(RequestHead request) {
    call = request.method() == Method.POST && grpc(request);
    int timeout = call ? request.find(TIMEOUT, 0) : -1;
    if (timeout < 0) {
      return Reject.NONE;
    }
    int from = request.valueStart(timeout);
    long said = GrpcTimeout.parse(request.bytes(), from, request.valueEnd(timeout));
    timeoutNanos = Math.min(said, MAX_TIMEOUT);
    return timeoutNanos < 0 || request.find(TIMEOUT, timeout + 1) >= 0
        ? Reject.BAD_GRPC_TIMEOUT
        : Reject.NONE;
  }

  /** {@code application/grpc}, alone or with a format behind + or parameters behind ;. */
  private static boolean grpc(Head head) {
    int header = head.find(CONTENT_TYPE, 0);
    if (header < 0) {
      return false;
    }
    int at = head.valueStart(header);
    int length = head.valueEnd(header) - at;
    if (length < GRPC.length) {
      return false;
    }
    byte[] in = head.bytes();
    for (int i = 0; i < GRPC.length; i++) {
      if (Ascii.lower(in[at + i]) != GRPC[i]) {
        return false;
      }
    }
    byte next = length == GRPC.length ? (byte) ';' : in[at + GRPC.length];
    return next == ';' || next == '+' || next == ' ';
  }

  /**
   * The time that the request may take: the smaller one of the route's and the client's; 0: any.
   *
   * @param routeNanos 0: any
   */
  long limit(long routeNanos) {
    clientsLimit = timeoutNanos >= 0 && (routeNanos == 0 || timeoutNanos <= routeNanos);
    // A deadline that has passed already is one all the same.
    limitNanos = clientsLimit ? Math.max(1, timeoutNanos) : routeNanos;
    return limitNanos;
  }

  /** The limit that was made. */
  long limitNanos() {
    return limitNanos;
  }

  /** Tells the endpoint what is left of the client's time. */
  void passOn(RequestHead request, long begun, Ticker ticker) {
    if (timeoutNanos >= 0) {
      request.grpcTimeout(Math.max(0, limitNanos - (ticker.nanos() - begun)));
    }
  }

  /** Whether the request is a call. */
  boolean isCall() {
    return call;
  }

  /** The head of an answer, which may be all of it. */
  void answered(ResponseHead head) {
    if (call) {
      answers = head.status() == OK && grpc(head);
      status = GrpcStatus.NONE;
      read(head);
    }
  }

  /** Whether an answer in gRPC has begun, whose status is behind its body. */
  boolean answers() {
    return answers;
  }

  /** Says that a call's time has passed while its answer was on its way. */
  TrailerHead deadlineExceeded() {
    status = GrpcStatus.DEADLINE_EXCEEDED;
    return DEADLINE_EXCEEDED;
  }

  /** The end of an answer. */
  void ended(@Nullable Head trailers) {
    if (call && trailers != null) {
      read(trailers);
    }
  }

  private void read(Head fields) {
    int header = fields.find(STATUS, 0);
    if (header < 0) {
      return;
    }
    int code = 0;
    int from = fields.valueStart(header);
    int to = fields.valueEnd(header);
    for (int at = from; at < to; at++) {
      int digit = fields.bytes()[at] - '0';
      if (digit < 0 || digit > 9 || to - from > MAX_DIGITS) {
        status = GrpcStatus.UNKNOWN;
        return;
      }
      code = code * 10 + digit;
    }
    status = from == to ? GrpcStatus.UNKNOWN : code;
  }

  /** Whether an answer in gRPC ended without saying how the call did. */
  boolean cutShort() {
    return answers && status == GrpcStatus.NONE;
  }

  /** {@link GrpcStatus#NONE} if there is none. */
  int status() {
    return status;
  }

  /**
   * What the answer says of its endpoint.
   *
   * @param http its status in HTTP
   */
  Outcome outcome(int http) {
    if (status != GrpcStatus.NONE) {
      return GrpcStatus.outcome(status);
    }
    return answers ? Outcome.FAILED : Responses.outcome(http);
  }

  /** A whole answer of our own: to a call in gRPC, else in HTTP. */
  LocalReply reply(int http, String why) {
    if (!call) {
      return LocalReply.of(http, why);
    }
    status =
        http == GATEWAY_TIMEOUT && clientsLimit
            ? GrpcStatus.DEADLINE_EXCEEDED
            : GrpcStatus.ofHttp(http);
    return LocalReply.grpc(status, why);
  }
}
