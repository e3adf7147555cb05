package dev.fairlead.app.log;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.ProxyListener;
import dev.fairlead.proxy.RequestLog;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The access log: one JSON object a line for each request. An event loop encodes into a buffer of
 * its own; one writer thread swaps the buffers out and writes them. A loop therefore never waits
 * for the output: while that stalls, buffers fill up and further lines are dropped and counted.
 */
public final class AccessLog implements ProxyListener, AutoCloseable {
  /** Lines that wait for each loop: about 500 of them, so a stall of some milliseconds is free. */
  static final int MAX_WAITING_BYTES = 256 * 1024;

  /** How long the writer lets lines gather: a wake-up for each line would cost the loops more. */
  private static final long GATHER_NANOS = 20_000_000;

  private final OutputStream out;
  private final Clock clock;
  private final OperatorLog log;
  private final List<LoopBuffer> buffers = new CopyOnWriteArrayList<>();
  private final ThreadLocal<LoopBuffer> buffer = ThreadLocal.withInitial(this::register);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread writer;
  private volatile boolean closed;

  /** Of the writer: the last write failed, as on a full disk or a pipe whose reader went away. */
  private boolean failing;

  public AccessLog(OutputStream out, Clock clock, OperatorLog log) {
    this.out = out;
    this.clock = clock;
    this.log = log;
    this.writer = Thread.ofPlatform().daemon().name("fairlead-access-log").unstarted(this::write);
    writer.start();
  }

  /** Lines lost because the output could not keep up. */
  public long dropped() {
    return dropped.get();
  }

  @Override
  public void ended(RequestLog entry) {
    LoopBuffer own = buffer.get();
    own.encode(entry, clock.millis());
    if (own.append()) {
      LockSupport.unpark(writer);
    }
  }

  private LoopBuffer register() {
    LoopBuffer made = new LoopBuffer();
    buffers.add(made);
    return made;
  }

  private void write() {
    while (true) {
      boolean last = closed;
      boolean any = false;
      for (LoopBuffer each : buffers) {
        if (each.swap()) {
          any = true;
          write(each);
        }
      }
      if (last) {
        return;
      }
      if (any) {
        LockSupport.parkNanos(this, GATHER_NANOS);
      } else {
        LockSupport.park(this);
      }
    }
  }

  /** A failure is said once, and tried again with the next lines: a disk may get room. */
  private void write(LoopBuffer lines) {
    try {
      lines.writeTo(out);
      if (failing) {
        failing = false;
        log.info("the access log is written again", "droppedSoFar", dropped());
      }
    } catch (IOException e) {
      dropped.addAndGet(lines.count());
      if (!failing) {
        failing = true;
        log.error("the access log cannot be written; lines are dropped", "error", e);
      }
    }
  }

  /** Writes what waits; at most a second, should the output be stuck. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(writer);
    try {
      writer.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The lines of one loop: one buffer that the loop fills, one that the writer empties. */
  private final class LoopBuffer {
    private final JsonLine line = new JsonLine();
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    private byte[] filling = new byte[MAX_WAITING_BYTES];
    private int filled;
    private byte[] emptying = new byte[MAX_WAITING_BYTES];
    private int left;
    private long linesFilled;
    private long linesLeft;

    void encode(RequestLog entry, long millis) {
      @Nullable Endpoint endpoint = entry.endpoint();
      @Nullable ServiceName service = entry.service();
      line.begin();
      line.field("time", time(millis));
      line.field("listener", entry.listener());
      line.field("client", entry.clientAddress());
      line.field("peer", entry.peer());
      line.field("protocol", entry.protocol());
      line.field("method", entry.method());
      line.field("host", entry.host());
      line.field("path", entry.target());
      line.field("route", entry.route());
      line.field("service", service == null ? null : service.toString());
      line.field("status", entry.status());
      if (entry.grpcStatus() >= 0) {
        line.field("grpc_status", entry.grpcStatus());
      }
      line.field("request_bytes", entry.requestBytes());
      line.field("response_bytes", entry.responseBytes());
      line.millis("connect_ms", entry.connectNanos());
      line.millis("first_byte_ms", entry.firstByteNanos());
      line.millis("total_ms", entry.totalNanos());
      if (entry.deadlineLeftNanos() >= 0) {
        line.millis("deadline_left_ms", entry.deadlineLeftNanos());
      }
      line.field("cluster", endpoint == null ? null : endpoint.cluster());
      line.field("locality", endpoint == null ? null : endpoint.place().locality().toString());
      line.field("endpoint", endpoint == null ? null : endpoint.address().toString());
      line.field("pick_reason", entry.pickReason());
      line.field("attempt", entry.attempts());
      line.field("class", entry.trafficClass());
      if (!entry.hedge().isEmpty()) {
        line.field("hedge", entry.hedge());
      }
      line.field("flags", entry.flags());
      line.field("detail", entry.detail());
      line.field("trace_id", entry.traceId());
      line.field("request_id", entry.requestId());
      line.end();
    }

    private String time(long millis) {
      long now = Math.floorDiv(millis, 1000);
      if (now != second) {
        second = now;
        String whole = Instant.ofEpochSecond(now).toString();
        secondText = whole.substring(0, whole.length() - 1);
      }
      int fraction = Math.floorMod(millis, 1000);
      return secondText + (fraction < 10 ? ".00" : fraction < 100 ? ".0" : ".") + fraction + "Z";
    }

    /** Whether the writer may be asleep and has to be woken: the buffer was empty. */
    synchronized boolean append() {
      if (filled + line.length() > filling.length) {
        dropped.incrementAndGet();
        return false;
      }
      System.arraycopy(line.bytes(), 0, filling, filled, line.length());
      filled += line.length();
      linesFilled++;
      return linesFilled == 1;
    }

    /** Takes the lines out to be written; false if there are none. */
    synchronized boolean swap() {
      byte[] full = filling;
      filling = emptying;
      emptying = full;
      left = filled;
      linesLeft = linesFilled;
      filled = 0;
      linesFilled = 0;
      return left > 0;
    }

    void writeTo(OutputStream out) throws IOException {
      out.write(emptying, 0, left);
      out.flush();
    }

    /** Of the lines swapped out last. */
    long count() {
      return linesLeft;
    }
  }
}
