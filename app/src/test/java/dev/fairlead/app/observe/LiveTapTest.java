package dev.fairlead.app.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.log.FakeRequest;
import dev.fairlead.app.state.Json;
import dev.fairlead.proxy.observe.ExchangeStory;
import dev.fairlead.proxy.observe.ExchangeStory.Kept;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LiveTapTest {
  private static final FakeRequest REQUEST = new FakeRequest("/", "", 200);

  private static ExchangeStory story(int status) {
    return new ExchangeStory(
        Kept.TAPPED,
        0,
        "",
        "",
        "",
        "",
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        "",
        "",
        "HTTP/1.1",
        "GET",
        "/",
        "x",
        status,
        -1,
        3,
        "",
        "",
        0,
        0,
        -1,
        -1,
        1_500_000,
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void whatFindsNoRoomIsLeftOutAndTold() throws Exception {
    long[] now = {0};
    LiveTap tap =
        new LiveTap(
            TapFilter.of(Map.of("max", Integer.toString(LiveTap.MAX_WAITING))),
            () -> 0,
            () -> now[0]);
    for (int i = 0; i < LiveTap.MAX_WAITING + 7; i++) {
      if (tap.wants(REQUEST)) {
        tap.take(story(i));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    tap.writeTo(out);
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(LiveTap.MAX_WAITING + 1);
    assertThat(lines.get(1)).isEqualTo("{\"dropped\":7}");
    assertThat(Json.MAPPER.readTree(lines.getLast()).path("status").asInt())
        .isEqualTo(LiveTap.MAX_WAITING - 1);
    assertThat(Json.MAPPER.readTree(lines.getLast()).path("total_ms").asDouble()).isEqualTo(1.5);
  }

  @Test
  void aSampleIsDrawn() {
    Random random = new Random(1);
    LiveTap tap = new LiveTap(TapFilter.of(Map.of("sample", "0.1")), random::nextLong, () -> 0);
    int wanted = 0;
    for (int i = 0; i < 10_000; i++) {
      wanted += tap.wants(REQUEST) ? 1 : 0;
    }
    // Five standard deviations around a thousand.
    assertThat(wanted).isBetween(850, 1150);
  }

  @Test
  void itEndsWithItsTime() throws Exception {
    long[] now = {0};
    LiveTap tap = new LiveTap(TapFilter.of(Map.of("seconds", "5")), () -> 0, () -> now[0]++ << 32);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    tap.take(story(200));
    tap.writeTo(out);
    assertThat(out.toString(StandardCharsets.UTF_8).lines().count()).isEqualTo(1);
  }
}
