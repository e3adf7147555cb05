package dev.fairlead.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SpanQueueTest {
  private static Span span(long id) {
    return new Span(1, 1, id, 0, false, "", 1, Span.Kind.SERVER, "GET", 0, 0, false, "", List.of());
  }

  @Test
  void whatFindsNoRoomIsLostAndCounted() {
    SpanQueue queue = new SpanQueue(4);
    for (int i = 1; i <= 6; i++) {
      queue.add(span(i));
    }
    assertThat(queue.dropped()).isEqualTo(2);
    for (int i = 1; i <= 4; i++) {
      assertThat(queue.poll().spanId()).isEqualTo(i);
    }
    assertThat(queue.poll()).isNull();
    assertThat(queue.add(span(7))).isFalse();
    assertThat(queue.poll().spanId()).isEqualTo(7);
  }

  @Test
  void eachHalfThatComesIsTold() {
    Tracing tracing = new Tracing(new Sampler(true, 1), true, 8);
    AtomicInteger told = new AtomicInteger();
    tracing.whenFilling(told::incrementAndGet);
    Tracer tracer = tracing.tracer(() -> 0, () -> java.time.Instant.EPOCH, () -> 0);
    for (int i = 0; i < 8; i++) {
      tracer.finished(span(i));
    }
    assertThat(told.get()).isEqualTo(2);
  }

  @Test
  void twoThreadsLoseAndInventNothing() throws Exception {
    SpanQueue queue = new SpanQueue(64);
    int count = 200_000;
    Thread loop =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 1; i <= count; i++) {
                    queue.add(span(i));
                  }
                });
    List<Long> seen = new ArrayList<>();
    while (loop.isAlive() || seen.size() + queue.dropped() < count) {
      Span span = queue.poll();
      if (span != null) {
        seen.add(span.spanId());
      }
    }
    assertThat(seen).isSorted().doesNotHaveDuplicates();
    assertThat(seen.size() + queue.dropped()).isEqualTo(count);
  }
}
