package dev.fairlead.proxy.check;

import dev.fairlead.balancer.pick.EndpointCheck;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.upstream.ConnectFailures;
import dev.fairlead.proxy.upstream.UpstreamStream;
import dev.fairlead.proxy.upstream.UpstreamUser;
import dev.fairlead.route.HealthCheck.Probe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request as any client's would be sent, on a connection of the loop's pool, and judges the
 * answer. So an endpoint is asked on the way that requests take: a pooled connection that nobody
 * answers on is found out.
 */
final class RequestCheck extends Check implements UpstreamUser {
  /** An answer that is longer is judged by what came. */
  private static final int MAX_BODY = 64 * 1024;

  /** Pooled connections that may turn out to have been closed while they were idle. */
  private static final int MAX_STALE = 3;

  /** What of an answer is good. Called once a head is here, with all of the body that is kept. */
  sealed interface Answer {
    /** The request's body; null for none. */
    @Nullable ByteBuf request();

    /** Bytes of the answer's body that matter. */
    int kept();

    /** What is wrong with the answer, for people; empty for nothing. */
    String fault(ResponseHead head, ByteBuf body, @Nullable TrailerHead trailers);
  }

  /** Judged by its status. */
  record HttpAnswer(Probe.Http probe) implements Answer {
    @Override
    public @Nullable ByteBuf request() {
      return null;
    }

    @Override
    public int kept() {
      return 0;
    }

    @Override
    public String fault(ResponseHead head, ByteBuf body, @Nullable TrailerHead trailers) {
      return probe.isGood(head.status()) ? "" : "answered " + head.status();
    }
  }

  /** Judged by the call's status, and what the message says. */
  record GrpcAnswer(Probe.Grpc probe) implements Answer {
    private static final byte[] GRPC_STATUS = "grpc-status".getBytes(StandardCharsets.US_ASCII);

    @Override
    public ByteBuf request() {
      return GrpcHealth.request(ByteBufAllocator.DEFAULT, probe.service());
    }

    @Override
    public int kept() {
      return GrpcHealth.MAX_ANSWER;
    }

    @Override
    public String fault(ResponseHead head, ByteBuf body, @Nullable TrailerHead trailers) {
      if (head.status() != 200) {
        return "answered " + head.status();
      }
      String status = status(trailers == null ? head : trailers);
      if (!status.equals("0")) {
        return status.isEmpty() ? "answered without grpc-status" : "answered grpc-status " + status;
      }
      return GrpcHealth.serving(body) ? "" : "is not SERVING";
    }

    private static String status(Head head) {
      int at = head.find(GRPC_STATUS, 0);
      return at < 0 ? "" : head.value(at);
    }
  }

  private final Answer answer;
  private final RequestHead request;
  private @Nullable UpstreamStream stream;
  private @Nullable ResponseHead head;
  private ByteBuf body = Unpooled.EMPTY_BUFFER;
  private int received;
  private int stale;

  RequestCheck(Checker checker, CompiledCheck check, EndpointCheck endpoint, Answer answer) {
    super(checker, check, endpoint);
    this.answer = answer;
    this.request = Objects.requireNonNull(check.head());
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the very stream that was taken
  void send() {
    UpstreamStream taken = checker.pool.take(address(), check.tls(), check.http2());
    stream = taken;
    taken.start(this, request);
    if (stream == taken && taken.isOpen()) {
      write(taken);
    }
  }

  private void write(UpstreamStream to) {
    to.writeHead(request, CompiledRewrite.NONE, CompiledEdits.NONE, ClientInfo.NOBODY);
    ByteBuf own = answer.request();
    if (own != null) {
      to.write(own);
    }
    if (request.framing() != Framing.NONE) {
      to.writeEnd(null);
    }
    to.flush();
  }

  @Override
  void abandon() {
    UpstreamStream from = stream;
    stream = null;
    clear();
    if (from != null) {
      from.abandon();
    }
  }

  private void clear() {
    body.release();
    body = Unpooled.EMPTY_BUFFER;
    head = null;
  }

  @Override
  public void upstreamConnected() {
    UpstreamStream to = stream;
    if (to != null) {
      write(to);
    }
  }

  @Override
  public void upstreamConnectFailed(Throwable cause) {
    stream = null;
    if (ConnectFailures.full(cause)) {
      undecided();
    } else {
      failed("cannot connect: " + ConnectFailures.phrase(cause));
    }
  }

  @Override
  public void upstreamHead(ResponseHead first) {
    head = first;
  }

  @Override
  public void upstreamData(ByteBuf data) {
    received += data.readableBytes();
    int kept = Math.min(data.readableBytes(), answer.kept() - body.readableBytes());
    if (kept > 0) {
      if (!body.isReadable()) {
        body = data.alloc().buffer(kept, answer.kept());
      }
      body.writeBytes(data, kept);
    }
    data.release();
    if (received > MAX_BODY) {
      judge(null, false);
    }
  }

  @Override
  public void upstreamEnded(@Nullable TrailerHead trailers, End how) {
    judge(trailers, how == End.CLEAN);
  }

  private void judge(@Nullable TrailerHead trailers, boolean clean) {
    UpstreamStream from = stream;
    ResponseHead first = head;
    if (from == null || first == null) {
      return;
    }
    String fault = answer.fault(first, body, trailers);
    boolean reusable = clean && first.keepAlive();
    stream = null;
    clear();
    if (reusable) {
      from.release();
    } else {
      from.close();
    }
    if (fault.isEmpty()) {
      passed();
    } else {
      failed(fault);
    }
  }

  @Override
  public void upstreamRejected(Reject reject) {
    UpstreamStream from = stream;
    stream = null;
    clear();
    if (from != null) {
      from.close();
    }
    failed("its answer breaks " + reject.id());
  }

  @Override
  public void upstreamClosed(Broken when) {
    UpstreamStream from = stream;
    stream = null;
    clear();
    boolean raced = when != Broken.MIDWAY && from != null && from.isReused();
    if (raced && underWay() && ++stale <= MAX_STALE) {
      send();
    } else {
      failed("closed the connection without a whole answer");
    }
  }
}
