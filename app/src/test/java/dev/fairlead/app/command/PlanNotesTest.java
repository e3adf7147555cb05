package dev.fairlead.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.state.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PlanNotesTest {
  private static final JsonNode STATE =
      Json.MAPPER.readTree(
          """
          {"services": [
            {"name": "shop/cart", "plan": {
              "quarantined": {"west": "3 bad reports"},
              "solver": {"millis": 1.25, "status": "optimal", "latency": 0.5, "waiting": 2,
                "egress": 0.031, "overload": 0}}},
            {"name": "shop/even", "plan": {"quarantined": {},
              "solver": {"millis": 1.25, "status": null}}},
            {"name": "shop/free", "plan": null}]}
          """);

  @Test
  void whoIsNotHeardIsToldWithTheReason() {
    assertThat(PlanNotes.of(STATE, false))
        .containsExactly("shop/cart: west is not heard: 3 bad reports");
  }

  @Test
  void whatAPlanCostsIsToldToWhoAsksForMore() {
    assertThat(PlanNotes.of(STATE, true))
        .hasSize(2)
        .last()
        .isEqualTo(
            "shop/cart: optimal in 1.3 ms: $0.5000 an hour for latency, $2.000 for waiting,"
                + " $0.03100 for bytes, $0.000 for overload");
  }
}
