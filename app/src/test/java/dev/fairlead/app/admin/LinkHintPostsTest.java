package dev.fairlead.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.control.LinkHintBoard;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkHintPostsTest {
  private final AtomicLong nanos = new AtomicLong(-5);
  private final LinkHintBoard board = new LinkHintBoard(nanos::get);
  private final LinkHintPosts posts = new LinkHintPosts(board);

  private Reply post(String json) {
    return posts.post(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aHintIsInForceUntilItExpiresOrIsTakenDown() {
    Reply posted =
        post("{'by': 'wan', 'from': 'us', 'to': 'eu', 'addedMillis': 40, 'forSeconds': 60}");
    assertThat(posted.status()).isEqualTo(200);
    assertThat(board.inForce())
        .singleElement()
        .satisfies(
            hint -> {
              assertThat(hint.factor()).isEqualTo(1);
              assertThat(hint.addedNanos()).isEqualTo(40_000_000);
            });

    post("{'by': 'wan', 'from': 'us', 'to': 'eu', 'factor': 3, 'forSeconds': 60}");
    assertThat(board.inForce()).extracting("factor").containsExactly(3.0);

    nanos.addAndGet(60_000_000_000L);
    assertThat(board.inForce()).isEmpty();

    post("{'by': 'wan', 'from': 'us', 'to': 'eu', 'factor': 3, 'forSeconds': 60}");
    post("{'by': 'wan', 'from': 'us', 'to': 'eu', 'forSeconds': 0}");
    assertThat(board.inForce()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{                                                                 | no JSON",
        "[]                                                                | a JSON object",
        "{'by': 'wan', 'from': 'us', 'to': 'eu'}                           | 'forSeconds'",
        "{'by': 'wan', 'from': 'us', 'to': 'eu', 'forSeconds': 1e300}      | 'forSeconds'",
        "{'by': 'wan', 'from': 'us', 'to': 'eu', 'forSeconds': 90000}      | more than a day",
        "{'by': 'wan', 'from': 'us', 'to': 'eu', 'forSeconds': '5m'}       | 'forSeconds'",
        "{'by': 'wan', 'from': 'us', 'to': 1, 'forSeconds': 60}            | 'to' is not a text",
        "{'by': '', 'from': 'us', 'to': 'eu', 'forSeconds': 60}            | `by` must be a name",
        "{'by': 'wan', 'from': 'us', 'to': 'eu', 'fro': 'us', 'forSeconds': 1} | unknown field 'fro'",
        "{'by': 'w', 'from': 'us', 'to': 'eu', 'factor': -1, 'forSeconds': 60} | 'factor'",
        "{'by': 'w', 'from': 'us', 'to': 'eu', 'factor': 0, 'forSeconds': 60} | factor 0.0",
      })
  void whatIsNoHintIsRefusedWithTheReason(String json, String reason) {
    Reply refused = post(json);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(new String(refused.body(), StandardCharsets.UTF_8))
        .contains(reason)
        .contains("(write {");
    assertThat(board.inForce()).isEmpty();
  }
}
