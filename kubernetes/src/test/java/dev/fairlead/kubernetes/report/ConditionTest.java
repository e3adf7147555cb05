package dev.fairlead.kubernetes.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConditionTest {
  private static final String THEN = "2026-11-22T02:38:31Z";
  private static final String NOW = "2026-11-22T02:38:32Z";

  private static final Condition RESOLVED = new Condition("ResolvedRefs", true, "ResolvedRefs", "");

  private static Condition accepted(boolean holds, String reason) {
    return new Condition("Accepted", holds, reason, "");
  }

  @Test
  void oneThatStillHoldsHasDoneSoSinceItBegan() {
    List<Map<String, Object>> before =
        Condition.merged(null, List.of(accepted(true, "Accepted"), RESOLVED), 1, THEN);

    List<Map<String, Object>> after =
        Condition.merged(before, List.of(accepted(false, "UnsupportedValue"), RESOLVED), 2, NOW);

    assertThat(after)
        .extracting(
            each -> each.get("type"),
            each -> each.get("status"),
            each -> each.get("observedGeneration"),
            each -> each.get("lastTransitionTime"))
        .containsExactly(
            tuple("Accepted", "False", 2L, NOW), tuple("ResolvedRefs", "True", 2L, THEN));
  }

  @Test
  void aNewReasonIsNoTransition() {
    List<Map<String, Object>> before =
        Condition.merged(null, List.of(accepted(false, "Invalid")), 1, THEN);

    assertThat(Condition.merged(before, List.of(accepted(false, "UnsupportedValue")), 2, NOW))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.get("reason")).isEqualTo("UnsupportedValue");
              assertThat(each.get("lastTransitionTime")).isEqualTo(THEN);
            });
  }

  @Test
  void thoseOfOthersStay() {
    Map<String, Object> theirs = Map.of("type", "Healthy", "status", "True");

    assertThat(Condition.merged(List.of(theirs), List.of(RESOLVED), 1, NOW))
        .hasSize(2)
        .contains(theirs);
  }

  @Test
  void aMessageNobodyWouldReadOnIsCut() {
    assertThat(new Condition("Accepted", false, "Invalid", "x".repeat(40_000)).message())
        .hasSize(1024)
        .endsWith("…");
  }
}
