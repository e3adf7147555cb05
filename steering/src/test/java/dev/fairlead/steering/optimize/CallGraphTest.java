package dev.fairlead.steering.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.optimize.CallGraph.Call;
import dev.fairlead.steering.plan.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CallGraphTest {
  private static ServiceName name(String name) {
    return new ServiceName("shop", name);
  }

  private static Call call(String caller, String callee) {
    return Call.of(name(caller), name(callee), 1);
  }

  @Test
  void callersComeBeforeWhomTheyCallInWhateverOrderTheyAreGiven() {
    List<Call> calls =
        List.of(
            call("front", "cart"),
            call("front", "catalog"),
            call("cart", "db"),
            call("catalog", "db"),
            call("db", "disk"));
    for (int round = 0; round < 50; round++) {
      List<Call> shuffled = new ArrayList<>(calls);
      Collections.shuffle(shuffled, new Random(Seeds.base() + round));
      List<ServiceName> sorted = new CallGraph(List.of(name("lonely")), shuffled).services();
      assertThat(sorted).hasSize(6).doesNotHaveDuplicates();
      for (Call call : calls) {
        assertThat(sorted.indexOf(call.caller())).isLessThan(sorted.indexOf(call.callee()));
      }
    }
  }

  @Test
  void cycleIsRefusedByName() {
    assertThatThrownBy(
            () ->
                CallGraph.of(
                    call("front", "cart"),
                    call("cart", "db"),
                    call("db", "audit"),
                    call("audit", "cart")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "call graph: cycle shop/cart → shop/db → shop/audit → shop/cart"
                + " (leave out the call that goes back)");
    assertThatThrownBy(() -> CallGraph.of(call("db", "db")))
        .hasMessageContaining("cycle shop/db → shop/db");
  }

  @Test
  void whatMeansNothingIsRefused() {
    assertThatThrownBy(() -> CallGraph.of(call("a", "b"), call("a", "b")))
        .hasMessageContaining("shop/a → shop/b is there twice");
    assertThatThrownBy(() -> CallGraph.of()).hasMessageContaining("0 services");
    for (double ratio : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e5}) {
      assertThatThrownBy(() -> Call.of(name("a"), name("b"), ratio))
          .hasMessageContaining("call shop/a → shop/b: ratio of");
    }
    for (double waited : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new Call(name("a"), name("b"), Map.of(), waited))
          .hasMessageContaining("waited part of");
    }
  }

  @Test
  void ratioOfAClassIsItsOwnOrThatOfAll() {
    Call call = new Call(name("a"), name("b"), Map.of(-1, 2.0, 5, 0.5), 1);
    assertThat(call.ratio(5)).isEqualTo(0.5);
    assertThat(call.ratio(0)).isEqualTo(2);
    assertThat(new Call(name("a"), name("b"), Map.of(5, 0.5), 1).ratio(0)).isNaN();
  }
}
