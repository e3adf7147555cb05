package dev.fairlead.app.state;

import dev.fairlead.proxy.trace.Span;
import dev.fairlead.proxy.trace.Span.Attribute;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The last recorded traces by how long their answers took, so that a latency in the metrics leads
 * to a trace that had it. One thread tells of spans, any asks.
 */
public final class LatencyExemplars {
  /** Each is of twice the latency of the one before: the last, of more than half a minute. */
  private static final int SLOTS = 26;

  /** Pairs of service and cluster; documents name few. */
  private static final int MAX_PAIRS = 1024;

  private final ConcurrentHashMap<Pair, AtomicReferenceArray<@Nullable Seen>> byPair =
      new ConcurrentHashMap<>();

  private record Pair(String service, String cluster) {}

  /**
   * An attempt whose trace is recorded.
   *
   * @param seconds from its pick to the answer's first byte
   * @param millis since 1970, when it ended
   */
  public record Seen(double seconds, String traceId, long spanId, long millis) {}

  /** A span is on its way out; those that are no answered attempt say nothing here. */
  public void saw(Span span) {
    String service = "";
    String cluster = "";
    long micros = -1;
    for (Attribute each : span.attributes()) {
      switch (each) {
        case Attribute.Text text when text.key().equals("fairlead.service") ->
            service = text.value();
        case Attribute.Text text when text.key().equals("fairlead.cluster") ->
            cluster = text.value();
        case Attribute.Whole whole when whole.key().equals("fairlead.first_byte_us") ->
            micros = whole.value();
        default -> {}
      }
    }
    if (micros >= 0 && span.kind() == Span.Kind.CLIENT) {
      long millis = (span.startNanos() + span.durationNanos()) / 1_000_000;
      put(
          new Pair(service, cluster),
          Math.min(SLOTS - 1, Long.SIZE - Long.numberOfLeadingZeros(micros)),
          new Seen(micros / 1e6, span.traceId(), span.spanId(), millis));
    }
  }

  private void put(Pair pair, int slot, Seen seen) {
    AtomicReferenceArray<@Nullable Seen> slots = byPair.get(pair);
    if (slots == null) {
      if (byPair.size() >= MAX_PAIRS) {
        return;
      }
      slots = new AtomicReferenceArray<>(SLOTS);
      byPair.put(pair, slots);
    }
    slots.setRelease(slot, seen);
  }

  /** At most one for each range of latencies. */
  public List<Seen> of(String service, String cluster) {
    AtomicReferenceArray<@Nullable Seen> slots = byPair.get(new Pair(service, cluster));
    return slots == null
        ? List.of()
        : IntStream.range(0, SLOTS).mapToObj(slots::getAcquire).filter(Objects::nonNull).toList();
  }
}
