package dev.fairlead.app.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.app.state.EgressMeter.Direction;
import dev.fairlead.app.state.EgressMeter.Flow;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.PriceList.Price;
import dev.fairlead.steering.cost.Rate;
import dev.fairlead.steering.cost.Rate.Tier;
import dev.fairlead.steering.cost.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EgressMeterTest {
  private static final long GIB = 1L << 30;
  private static final long LAST_OF_JANUARY =
      Instant.parse("2026-01-31T23:59:59.999Z").toEpochMilli();
  private static final ServiceName SHOP = new ServiceName("default", "shop");
  private static final Locality WEST = new Locality("us-west", "", "");
  private static final Locality EAST = new Locality("us-east", "", "");
  private static final Rate TWO_TIERS =
      new Rate(List.of(new Tier(10, 0.5), new Tier(Double.POSITIVE_INFINITY, 0.25)));
  private static final PriceList PRICES =
      new PriceList(
          List.of(
              new Price("", Scope.between(WEST, EAST), TWO_TIERS, false, 0),
              new Price(EAST, WEST, 0.125)));

  private final EgressMeter meter = new EgressMeter();

  private double add(long gibSent, long gibReceived, long nowMillis) {
    return meter.add(PRICES, SHOP, "east", WEST, EAST, gibSent * GIB, gibReceived * GIB, nowMillis);
  }

  @Test
  void eachDirectionCostsItsOwn() {
    assertThat(add(2, 8, LAST_OF_JANUARY)).isCloseTo(2, within(1e-12));
    assertThat(meter.dollars())
        .containsOnly(
            entry(new Flow(SHOP, "east", Direction.REQUEST), 1.0),
            entry(new Flow(SHOP, "east", Direction.RESPONSE), 1.0));
  }

  @Test
  void theMonthsVolumeMovesThePriceToTheNextTierAndANewMonthBack() {
    assertThat(add(10, 0, LAST_OF_JANUARY)).isEqualTo(5);
    assertThat(add(4, 0, LAST_OF_JANUARY)).isEqualTo(1);
    assertThat(meter.volume().gib("us-west → us-east")).isEqualTo(14);
    assertThat(add(4, 0, LAST_OF_JANUARY + 1)).isEqualTo(2);
    assertThat(meter.volume().gib("us-west → us-east")).isEqualTo(4);
  }

  @Test
  void whatIsForgottenIsNoLongerShownButStillCountsForTheMonth() {
    add(1, 1, LAST_OF_JANUARY);
    MonthlyVolume before = meter.volume();
    meter.forget(Set.of());
    assertThat(meter.dollars()).isEmpty();
    assertThat(meter.volume()).isEqualTo(before);
  }
}
