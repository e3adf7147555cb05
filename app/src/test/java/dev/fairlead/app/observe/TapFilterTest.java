package dev.fairlead.app.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.app.log.FakeRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapFilterTest {
  @ParameterizedTest
  @CsvSource({
    "5xx, 500, 599",
    "404, 404, 404",
    "500-503, 500, 503",
    "0, 0, 0",
  })
  void statuses(String text, int from, int to) {
    TapFilter filter = TapFilter.of(Map.of("status", text));
    assertThat(filter.statusFrom()).isEqualTo(from);
    assertThat(filter.statusTo()).isEqualTo(to);
  }

  @ParameterizedTest
  @CsvSource({
    "status, 5x",
    "status, -1",
    "status, five",
    "sample, 0",
    "sample, 1.1",
    "sample, NaN",
    "sample, x",
    "class, 8",
    "max, 0",
    "max, -1",
    "max, x",
    "seconds, 0",
    "bogus, 1",
  })
  void whatIsNoneIsSaid(String name, String value) {
    assertThatThrownBy(() -> TapFilter.of(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name);
  }

  @ParameterizedTest
  @CsvSource({
    "listener, default/web/http, true",
    "listener, default/web, false",
    "route, shop, true",
    "route, default/shop, true",
    "route, default/sho, false",
    "service, shop, true",
    "service, other/shop, false",
    "cluster, west, true",
    "cluster, east, false",
    "class, 3, true",
    "class, 0, false",
    "method, GET, true",
    "method, POST, false",
    "path, /a, true",
    "path, /b, false",
    "status, 5xx, true",
    "status, 404, false",
    "failed, true, true",
  })
  void conditions(String name, String value, boolean fits) {
    FakeRequest request = new FakeRequest("/a/b", "UF", 503);
    assertThat(TapFilter.of(Map.of(name, value)).fits(request)).isEqualTo(fits);
  }

  @Test
  void whatWentWellIsNoFailure() {
    TapFilter failed = TapFilter.of(Map.of("failed", "true"));
    assertThat(failed.fits(new FakeRequest("/a", "", 404))).isFalse();
    assertThat(failed.fits(new FakeRequest("/a", "NR", 404))).isTrue();
  }

  @Test
  void nothingAskedIsAllForAnHour() {
    TapFilter all = TapFilter.of(Map.of("status", "", "max", ""));
    assertThat(all.fits(new FakeRequest("/", "", 200))).isTrue();
    assertThat(all.time()).isEqualTo(Duration.ofHours(1));
    assertThat(all.headers()).isFalse();
    assertThat(TapFilter.of(Map.of("seconds", "999999")).time()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void valuesOfAQueryAreNotShown() {
    assertThat(StoryTree.withoutValues("/a/b=c")).isEqualTo("/a/b=c");
    assertThat(StoryTree.withoutValues("/a?x=1&token=t=u&flag")).isEqualTo("/a?x=…&token=…&flag");
  }
}
