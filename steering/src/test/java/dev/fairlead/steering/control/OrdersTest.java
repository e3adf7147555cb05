package dev.fairlead.steering.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.weight.ClassShares;
import dev.fairlead.balancer.weight.Shares;
import dev.fairlead.steering.demand.Classes;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OrdersTest {
  private static final ServiceName SERVICE = new ServiceName("n", "s");
  private static final TrafficKey WHOLE = new TrafficKey(SERVICE, "west", TrafficKey.ANY_CLASS);
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final Map<TrafficKey, Plan> plans = new HashMap<>();

  private void plan(int trafficClass, double west, double shed) {
    TrafficKey key = new TrafficKey(SERVICE, "west", trafficClass);
    List<Plan.Share> shares =
        List.of(new Plan.Share("west", west, 1, ""), new Plan.Share("east", 1 - west, 1, ""));
    plans.put(key, new Plan(key, shares, shed, List.of()));
  }

  private ClassShares orders(Integer... own) {
    Classes classes = new Classes(List.of(), new TreeSet<>(List.of(own)));
    return Orders.of(WHOLE, classes, plans, PERIOD, true).orElseThrow();
  }

  private static Shares west(double share) {
    return new Shares(Map.of("west", share, "east", 1 - share));
  }

  @Test
  void eachClassGoesByItsPlanOrByThatOfTheOneItIsCountedWith() {
    plan(TrafficKey.ANY_CLASS, 0.5, 0);
    plan(0, 0.2, 0);
    plan(3, 0.4, 0);
    ClassShares orders = orders(0, 3);
    assertThat(orders.any()).isEqualTo(west(0.5));
    assertThat(orders.byClass()).containsOnlyKeys(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(orders.byClass()).containsEntry(0, west(0.2));
    assertThat(orders.byClass()).containsEntry(1, west(0.4)).containsEntry(7, west(0.4));
  }

  @Test
  void theHighestClassAndTheFewAreNeverTurnedAway() {
    plan(TrafficKey.ANY_CLASS, 0.5, 0.8);
    plan(0, 0.2, 1);
    plan(3, 0.4, 0.5);
    plan(6, 0.4, 0.1);
    ClassShares orders = orders(0, 3, 6);
    assertThat(orders.shed()).containsOnly(Map.entry(0, 1.0), Map.entry(3, 0.5));
    assertThat(orders.shedFor()).isEqualTo(PERIOD.multipliedBy(3));
  }

  @Test
  void nobodyIsTurnedAwayUnlessTheObjectiveHasItSo() {
    plan(TrafficKey.ANY_CLASS, 0.5, 0.8);
    plan(0, 0.2, 1);
    plan(3, 0.4, 0.5);
    Classes classes = new Classes(List.of(), new TreeSet<>(List.of(0, 3)));
    ClassShares orders = Orders.of(WHOLE, classes, plans, PERIOD, false).orElseThrow();
    assertThat(orders.shed()).isEmpty();
    assertThat(orders.byClass()).containsEntry(0, west(0.2)).containsEntry(3, west(0.4));
  }

  @Test
  void withoutSeveralClassesNobodyIsTurnedAway() {
    plan(TrafficKey.ANY_CLASS, 0.5, 0.8);
    plan(3, 0.4, 0.5);
    assertThat(orders(3).shed()).isEmpty();
    assertThat(orders(3).byClass()).isEmpty();
    assertThat(orders().shed()).isEmpty();
  }

  @Test
  void aClassWithoutAPlanGoesAsAllDo() {
    plan(TrafficKey.ANY_CLASS, 0.5, 0);
    plan(3, 0.4, 0);
    assertThat(orders(0, 3).byClass()).doesNotContainKey(0).containsKey(3);
  }

  @Test
  void withoutSharesLocalityDecides() {
    plans.put(WHOLE, new Plan(WHOLE, List.of()));
    assertThat(Orders.of(WHOLE, Classes.NONE, plans, PERIOD, true)).isEmpty();
    assertThat(Orders.of(WHOLE, Classes.NONE, Map.of(), PERIOD, true)).isEmpty();
  }
}
