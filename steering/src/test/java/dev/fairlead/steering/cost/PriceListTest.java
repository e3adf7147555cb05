package dev.fairlead.steering.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Locality;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriceListTest {
  private static final Locality EU = new Locality("eu", "", "");
  private static final Locality EU_A = new Locality("eu", "a", "");
  private static final Locality EU_B = new Locality("eu", "b", "");
  private static final Locality US_A = new Locality("us", "a", "1");

  private static PriceList.Price price(Locality from, Locality to, double dollars) {
    return new PriceList.Price(from, to, dollars);
  }

  private final PriceList list =
      new PriceList(
          List.of(
              price(EU, new Locality("us", "", ""), 0.02),
              price(EU_A, new Locality("us", "a", ""), 0.05),
              price(EU, new Locality("us", "a", "1"), 0.07),
              price(EU, EU, 0.01)));

  @Test
  void theMostExactPriceHolds() {
    assertThat(list.dollarsPerGiB(EU_B, new Locality("us", "b", ""))).isEqualTo(0.02);
    assertThat(list.dollarsPerGiB(EU_A, EU_B)).isEqualTo(0.01);
  }

  @Test
  void theFirstOfTwoAsExactHolds() {
    assertThat(list.dollarsPerGiB(EU_A, US_A)).isEqualTo(0.05);
    assertThat(list.dollarsPerGiB(EU_B, US_A)).isEqualTo(0.07);
  }

  @Test
  void whatIsNotListedIsFree() {
    assertThat(list.dollarsPerGiB(US_A, EU_A)).isZero();
    assertThat(PriceList.FREE.dollarsPerGiB(EU_A, US_A)).isZero();
  }
}
