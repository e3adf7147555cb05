package dev.fairlead.app.observe;

import dev.fairlead.app.state.Json;
import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.proxy.RequestLog;
import dev.fairlead.proxy.observe.ExchangeStory;
import dev.fairlead.proxy.observe.Tap;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One tap: exchanges between the event loops, which never wait, and a reader, who may. What finds
 * no room is left out, and the reader is told how many.
 */
public final class LiveTap implements Tap {
  /** Stories that wait: a reader that stands still for some milliseconds misses nothing. */
  static final int MAX_WAITING = 512;

  /** So often something is written, so that a reader who went away is noticed. */
  private static final long PULSE_MILLIS = 1000;

  private static final byte[] PULSE = "\n".getBytes(StandardCharsets.US_ASCII);

  private final TapFilter filter;
  private final RandomSource random;
  private final Ticker ticker;
  private final ArrayBlockingQueue<ExchangeStory> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicLong dropped = new AtomicLong();

  public LiveTap(TapFilter filter, RandomSource random, Ticker ticker) {
    this.filter = filter;
    this.random = random;
    this.ticker = ticker;
  }

  @Override
  public boolean wants(RequestLog entry) {
    if (!filter.fits(entry) || (filter.sample() < 1 && random.nextDouble() >= filter.sample())) {
      return false;
    }
    if (waiting.remainingCapacity() == 0) {
      dropped.incrementAndGet();
      return false;
    }
    return true;
  }

  @Override
  public boolean wantsFields() {
    return filter.headers();
  }

  @Override
  public boolean hides(String name) {
    return filter.hidden().contains(name);
  }

  @Override
  public void take(ExchangeStory story) {
    if (!waiting.offer(story)) {
      dropped.incrementAndGet();
    }
  }

  /** Writes a JSON object a line until there were enough, the time is over, or nobody reads. */
  public void writeTo(OutputStream out) throws IOException, InterruptedException {
    long end = ticker.nanos() + filter.time().toNanos();
    long told = 0;
    long shown = 0;
    while (shown < filter.max()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - ticker.nanos());
      if (left <= 0) {
        break;
      }
      @Nullable ExchangeStory story =
          waiting.poll(Math.min(left, PULSE_MILLIS), TimeUnit.MILLISECONDS);
      if (story == null) {
        out.write(PULSE);
      } else {
        line(out, StoryTree.line(story));
        shown++;
      }
      long lost = dropped.get();
      if (lost != told) {
        told = lost;
        line(out, Map.of("dropped", lost));
      }
      if (waiting.isEmpty()) {
        out.flush();
      }
    }
    out.flush();
  }

  private static void line(OutputStream out, Map<String, Object> tree) throws IOException {
    out.write(Json.MAPPER.writeValueAsBytes(tree));
    out.write('\n');
  }
}
