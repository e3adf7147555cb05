package dev.fairlead.app.otlp;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.proxy.trace.Span;
import dev.fairlead.proxy.trace.Tracing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * Takes finished spans out of the proxy's queues and sends them to a collector, on a thread of its
 * own. Whatever the collector does, the proxy does not feel it: while it is away or slow, queues
 * fill up and further spans are lost and counted.
 */
public final class SpanExporter implements AutoCloseable {
  /** As OpenTelemetry's exporters have it: five tries within some ten seconds. */
  static final Retrying DEFAULT = new Retrying(5, Duration.ofSeconds(1), Duration.ofSeconds(5));

  /** What a collector may ask us to wait by Retry-After. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private static final double BACKOFF_FACTOR = 1.5;

  /** An answer says little; what is longer is none. */
  private static final long MAX_ANSWER_BYTES = 64 * 1024;

  /** How long spans that wait at the end may take to leave. */
  private static final Duration FLUSH = Duration.ofSeconds(3);

  private final ExportSettings settings;
  private final Tracing tracing;
  private final Consumer<Span> also;
  private final Messages messages;
  private final Retrying retrying;
  private final OperatorLog log;
  private final Ticker ticker;
  private final RandomSource random;
  private final HttpClient client;
  private final Thread thread;
  private final AtomicLong exported = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /** Queues fill up. */
  private volatile boolean hurry;

  /** Until when to send, once closed. */
  private volatile long closedUntil;

  private volatile boolean closed;

  /** Of the thread: the last batch did not arrive. */
  private boolean failing;

  /**
   * How often a batch is tried.
   *
   * @param first wait after the first failure; each further one is longer by half
   */
  record Retrying(int tries, Duration first, Duration longest) {}

  /** What became of one try. */
  private sealed interface Result {
    record Taken(long refused) implements Result {}

    record Refused(String why) implements Result {}

    record Again(String why, Duration asked) implements Result {}
  }

  /**
   * @param also told of each span that is on its way out
   */
  public SpanExporter(
      ExportSettings settings,
      Tracing tracing,
      Consumer<Span> also,
      String version,
      OperatorLog log,
      Ticker ticker,
      RandomSource random) {
    this(settings, tracing, also, version, DEFAULT, log, ticker, random);
  }

  SpanExporter(
      ExportSettings settings,
      Tracing tracing,
      Consumer<Span> also,
      String version,
      Retrying retrying,
      OperatorLog log,
      Ticker ticker,
      RandomSource random) {
    this.settings = settings;
    this.tracing = tracing;
    this.also = also;
    this.messages = new Messages(settings.resource(), version);
    this.retrying = retrying;
    this.log = log;
    this.ticker = ticker;
    this.random = random;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.timeout())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    this.thread = Thread.ofPlatform().daemon().name("fairlead-traces").unstarted(this::run);
    tracing.whenFilling(this::hurry);
    thread.start();
  }

  public ExportCounts counts() {
    return new ExportCounts(exported.get(), tracing.dropped(), refused.get(), failed.get());
  }

  private void hurry() {
    hurry = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      boolean last;
      do {
        last = gather();
        List<Span> batch = next();
        while (!batch.isEmpty()) {
          sendOrLose(batch);
          batch = next();
        }
      } while (!last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for spans to gather; true once closed. */
  private boolean gather() {
    long until = ticker.nanos() + settings.delay().toNanos();
    long left = settings.delay().toNanos();
    while (!hurry && !closed && left > 0) {
      LockSupport.parkNanos(this, left);
      left = until - ticker.nanos();
    }
    hurry = false;
    return closed;
  }

  private List<Span> next() {
    List<Span> batch = new ArrayList<>();
    tracing.drain(settings.maxBatch(), batch::add);
    batch.forEach(also);
    return batch;
  }

  private void sendOrLose(List<Span> batch) throws InterruptedException {
    try {
      send(batch);
    } catch (RuntimeException e) {
      failed.addAndGet(batch.size());
      log.error("internal error while traces are sent; a batch is lost", "error", e);
    }
  }

  private void send(List<Span> batch) throws InterruptedException {
    byte[] message = messages.request(batch);
    for (int tried = 1; ; tried++) {
      switch (attempt(message)) {
        case Result.Taken taken -> {
          long not = Math.clamp(taken.refused, 0, batch.size());
          refused.addAndGet(not);
          exported.addAndGet(batch.size() - not);
          succeeded();
          return;
        }
        case Result.Refused no -> {
          refused.addAndGet(batch.size());
          failing(no.why);
          return;
        }
        case Result.Again again -> {
          failing(again.why);
          if (tried >= retrying.tries || !await(backoff(tried, again.asked))) {
            failed.addAndGet(batch.size());
            return;
          }
        }
      }
    }
  }

  private Result attempt(byte[] message) throws InterruptedException {
    long most = Math.min(settings.timeout().toNanos(), left());
    if (most <= 0) {
      return new Result.Again("no time is left", Duration.ZERO);
    }
    var answer =
        client.sendAsync(
            request(message), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    try {
      return result(answer.get(most, TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      return new Result.Again(String.valueOf(e.getCause()), Duration.ZERO);
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new Result.Again("no answer in time", Duration.ZERO);
    }
  }

  private HttpRequest request(byte[] message) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(settings.endpoint())
            .header("Content-Type", "application/x-protobuf");
    settings.headers().forEach(request::header);
    if (settings.gzip()) {
      request.header("Content-Encoding", "gzip");
    }
    byte[] body = settings.gzip() ? gzipped(message) : message;
    return request.POST(BodyPublishers.ofByteArray(body)).build();
  }

  private static byte[] gzipped(byte[] message) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  /** OTLP/HTTP says which answers mean that the same may be sent again. */
  private static Result result(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    return switch (status) {
      case 200, 202, 204 -> new Result.Taken(Messages.refused(answer.body()));
      case 429, 502, 503, 504 -> new Result.Again("answered " + status, retryAfter(answer));
      default -> new Result.Refused("answered " + status);
    };
  }

  private static Duration retryAfter(HttpResponse<?> answer) {
    String said = answer.headers().firstValue("Retry-After").orElse("");
    if (!said.matches("[0-9]{1,4}")) {
      return Duration.ZERO;
    }
    Duration wait = Duration.ofSeconds(Long.parseLong(said));
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }

  /** Up to a fifth more or less, so that many proxies do not come back together. */
  private Duration backoff(int tried, Duration asked) {
    double longer = retrying.first.toNanos() * Math.pow(BACKOFF_FACTOR, tried - 1);
    double nanos = Math.min(longer, (double) retrying.longest.toNanos());
    long jittered = (long) (nanos * (0.8 + 0.4 * random.nextDouble()));
    return Duration.ofNanos(Math.max(jittered, asked.toNanos()));
  }

  /** Waits; false if the end comes before. */
  private boolean await(Duration wait) {
    long until = ticker.nanos() + wait.toNanos();
    while (!closed || closedUntil - until >= 0) {
      long left = until - ticker.nanos();
      if (left <= 0) {
        return true;
      }
      LockSupport.parkNanos(this, left);
    }
    return false;
  }

  /** Until sending has to end; for ever before the close. */
  private long left() {
    return closed ? closedUntil - ticker.nanos() : Long.MAX_VALUE;
  }

  private void failing(String why) {
    if (!failing) {
      failing = true;
      log.warn(
          "traces do not reach their collector; spans may be lost",
          "endpoint",
          settings.endpoint(),
          "why",
          why);
    }
  }

  private void succeeded() {
    if (failing) {
      failing = false;
      log.info("traces reach their collector again", "endpoint", settings.endpoint());
    }
  }

  /** Sends what waits, for some seconds at most. */
  @Override
  public void close() {
    closedUntil = ticker.nanos() + FLUSH.toNanos();
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(FLUSH.plusSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.shutdownNow();
  }
}
