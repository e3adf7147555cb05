package dev.fairlead.steering.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LinkHintsTest {
  private static final long SECOND = 1_000_000_000L;

  private static LinkHint hint(String by, String to, double factor, long untilSeconds) {
    return new LinkHint(by, "west", to, factor, 0, untilSeconds * SECOND);
  }

  @Test
  void oneWhoSpeaksOfAWayAgainReplacesWhatHeSaid() {
    LinkHints hints =
        LinkHints.NONE
            .with(hint("wan", "east", 2, 60), 0)
            .with(hint("wan", "north", 3, 60), 0)
            .with(hint("noc", "east", 4, 60), 0)
            .with(hint("wan", "east", 5, 90), 0);
    assertThat(hints.all())
        .containsExactly(
            hint("wan", "east", 5, 90), hint("wan", "north", 3, 60), hint("noc", "east", 4, 60));
    assertThat(hints.without("wan", "west", "east").all())
        .containsExactly(hint("wan", "north", 3, 60), hint("noc", "east", 4, 60));
  }

  @Test
  void hintsExpire() {
    LinkHints hints =
        LinkHints.NONE.with(hint("wan", "east", 2, 60), 0).with(hint("wan", "north", 3, 90), 0);
    assertThat(hints.expired(60 * SECOND).all()).containsExactly(hint("wan", "north", 3, 90));
    // Posting clears what is over.
    assertThat(hints.with(hint("noc", "east", 2, 100), 60 * SECOND).all()).hasSize(2);
  }

  @Test
  void monotonicTimeMayWrap() {
    long now = Long.MAX_VALUE - 10;
    LinkHint hint = new LinkHint("wan", "west", "east", 2, 0, now + 60 * SECOND);
    LinkHints hints = LinkHints.NONE.with(hint, now);
    assertThat(hints.expired(now + 59 * SECOND).all()).containsExactly(hint);
    assertThat(hints.expired(now + 60 * SECOND).all()).isEmpty();
  }

  @Test
  void rubbishIsRefusedWithAReason() {
    LinkHints none = LinkHints.NONE;
    assertThatThrownBy(() -> none.with(hint("wan", "east", 2, 60), 61 * SECOND))
        .hasMessageContaining("link hint of wan for west → east is over already");
    assertThatThrownBy(() -> none.with(hint("wan", "east", 2, 90_000), 0))
        .hasMessageContaining("more than a day");
    assertThatThrownBy(() -> none.with(hint(" ", "east", 2, 60), 0))
        .hasMessageContaining("`by` must be a name");
    assertThatThrownBy(() -> none.with(hint("wan", "e\nast", 2, 60), 0))
        .hasMessageContaining("`to` must be a name");
    assertThatThrownBy(() -> none.with(hint("wan", "e".repeat(254), 2, 60), 0))
        .hasMessageContaining("253");
    for (double factor : List.of(0.0, -1.0, Double.NaN, 1e9)) {
      assertThatThrownBy(() -> hint("wan", "east", factor, 60)).hasMessageContaining("factor");
    }
  }

  @Test
  void thereIsALimit() {
    LinkHints hints = LinkHints.NONE;
    for (int i = 0; i < LinkHints.MOST; i++) {
      hints = hints.with(hint("wan", "c" + i, 2, 60), 0);
    }
    LinkHints full = hints;
    assertThatThrownBy(() -> full.with(hint("wan", "one too many", 2, 60), 0))
        .hasMessageContaining("one more than 1000");
    assertThat(full.with(hint("wan", "c7", 3, 60), 0).all()).hasSize(LinkHints.MOST);
    assertThat(full.with(hint("wan", "later", 3, 120), 60 * SECOND).all()).hasSize(1);
  }
}
