package dev.fairlead.app.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.state.LatencyExemplars.Seen;
import dev.fairlead.proxy.trace.Span;
import dev.fairlead.proxy.trace.Span.Attribute;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyExemplarsTest {
  private final LatencyExemplars exemplars = new LatencyExemplars();

  private static Span span(long id, Span.Kind kind, long micros) {
    return new Span(
        1,
        2,
        id,
        3,
        false,
        "",
        1,
        kind,
        "GET",
        5_000_000_000L,
        1_000_000,
        false,
        "",
        List.of(
            new Attribute.Text("fairlead.service", "default/web"),
            new Attribute.Text("fairlead.cluster", "west"),
            new Attribute.Whole("fairlead.first_byte_us", micros)));
  }

  @Test
  void theLastOfEachRangeOfLatenciesStands() {
    exemplars.saw(span(1, Span.Kind.CLIENT, 1000));
    exemplars.saw(span(2, Span.Kind.CLIENT, 1010));
    exemplars.saw(span(3, Span.Kind.CLIENT, 90_000));
    exemplars.saw(span(4, Span.Kind.CLIENT, Long.MAX_VALUE));
    exemplars.saw(span(5, Span.Kind.SERVER, 5));
    assertThat(exemplars.of("default/web", "west"))
        .extracting(Seen::spanId)
        .containsExactly(2L, 3L, 4L);
    assertThat(exemplars.of("default/web", "west").getFirst())
        .isEqualTo(new Seen(0.00101, "00000000000000010000000000000002", 2, 5001));
    assertThat(exemplars.of("default/web", "east")).isEmpty();
  }
}
