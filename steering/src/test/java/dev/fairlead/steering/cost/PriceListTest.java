package dev.fairlead.steering.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.steering.cost.PriceList.Price;
import dev.fairlead.steering.cost.Rate.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceListTest {
  private static final double GIB = 1L << 30;
  private static final double LAST = Double.POSITIVE_INFINITY;
  private static final Locality EU = new Locality("eu", "", "");
  private static final Locality EU_A = new Locality("eu", "a", "");
  private static final Locality EU_B = new Locality("eu", "b", "");
  private static final Locality US = new Locality("us", "", "");
  private static final Locality US_A = new Locality("us", "a", "1");

  /** As AWS has them for the internet: the first 10 TB, the next 40, the next 100, what is over. */
  private static final Rate TIERED =
      new Rate(
          List.of(
              new Tier(10_240, 0.09),
              new Tier(51_200, 0.085),
              new Tier(153_600, 0.07),
              new Tier(LAST, 0.05)));

  private static Price price(String scope, double dollars) {
    return new Price("", scope(scope), Rate.flat(dollars), false, 0);
  }

  private static Price surcharge(String name, String scope, double dollars) {
    return new Price(name, scope(scope), Rate.flat(dollars), false, 0);
  }

  /** {@code provider: from > to, span} without what does not matter. */
  private static Scope scope(String written) {
    String[] providerAndRest = written.split(": ", -1);
    String rest = providerAndRest[providerAndRest.length - 1];
    String[] pairAndSpan = rest.split(", ", -1);
    String[] pair = pairAndSpan[0].split(" > ", -1);
    return new Scope(
        providerAndRest.length > 1 ? providerAndRest[0] : "",
        LocalityPattern.parse(pair[0]),
        LocalityPattern.parse(pair[1]),
        pairAndSpan.length > 1 ? span(pairAndSpan[1]) : Span.ANY);
  }

  private static Span span(String id) {
    for (Span span : Span.values()) {
      if (span.id().equals(id)) {
        return span;
      }
    }
    throw new IllegalArgumentException(id);
  }

  private static Locality place(String written) {
    String[] parts = (written + "//").split("/", -1);
    return new Locality(parts[0], parts[1], parts[2]);
  }

  private final PriceList list =
      new PriceList(
          List.of(
              new Price(EU, US, 0.02),
              new Price(EU_A, new Locality("us", "a", ""), 0.05),
              new Price(EU, new Locality("us", "a", "1"), 0.07),
              new Price(EU, EU, 0.01)));

  @Test
  void theMostExactPriceHolds() {
    assertThat(list.dollarsPerGiB(EU_B, new Locality("us", "b", ""))).isEqualTo(0.02);
    assertThat(list.dollarsPerGiB(EU_A, EU_B)).isEqualTo(0.01);
    assertThat(list.dollarsPerGiB(EU_B, US_A)).isEqualTo(0.07);
  }

  @Test
  void ofTwoThatNameAsManyPlacesTheOneThatSaysMoreOfTheSenderHolds() {
    assertThat(list.dollarsPerGiB(EU_A, US_A)).isEqualTo(0.05);
  }

  @Test
  void whatIsNotListedIsFree() {
    assertThat(list.dollarsPerGiB(US_A, EU_A)).isZero();
    assertThat(PriceList.FREE.dollarsPerGiB(EU_A, US_A)).isZero();
  }

  @ParameterizedTest(name = "{0} before {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "eu > us|* > *, cross-region",
        "eu > us|eu* > us*, cross-region",
        "eu > *, cross-region|eu > *",
        "* > *, cross-region|eu* > us*",
        "e* > us*|e* > *",
        "eu* > *|e* > *",
        "p: * > *|* > *",
        "eu > *|* > us",
        "p: e* > *|* > u*",
      })
  void aMoreExactPriceHoldsInWhateverOrderTheyAreWritten(String exact, String general) {
    Price right = price(exact, 1);
    Price other = price(general, 2);
    for (List<Price> order : List.of(List.of(right, other), List.of(other, right))) {
      PriceList prices =
          new PriceList(order, List.of(), new TreeMap<>(Map.of("eu", "p")), List.of());
      assertThat(prices.price(EU, US)).isEqualTo(Optional.of(right));
    }
  }

  @Test
  void ofTwoEquallyExactPricesTheDearerHolds() {
    Locality from = new Locality("eu", "b", "r");
    List<Price> tied =
        List.of(price("e* > *", 0.01), price("*/*/r* > *", 0.03), price("*/b* > *", 0.02));
    assertThat(new PriceList(tied).dollarsPerGiB(from, US)).isEqualTo(0.03);
    assertThat(new PriceList(tied.reversed()).dollarsPerGiB(from, US)).isEqualTo(0.03);
  }

  @ParameterizedTest(name = "from {0} to {1} is {2}")
  @CsvSource({
    "eu/a, eu/a, same-zone",
    "eu/a/1, eu/a/2, same-zone",
    "eu/a, eu/b, cross-zone",
    "eu/a, us/a, cross-region",
    "eu, us, cross-region",
    "eu/a, cloud, internet",
    "cloud, eu, internet",
    // What is not known proves nothing.
    "eu, eu/a, any",
    "eu, eu, any",
    "'', eu, any",
    "'', '', any",
    // Only a provider that is known can be another one.
    "us, cloud, cross-region",
  })
  void theSpanIsTheWidestBorderOnTheWay(String from, String to, String span) {
    Map<String, String> providers = new TreeMap<>(Map.of("eu", "one", "cloud", "two"));
    PriceList prices =
        new PriceList(
            List.of(
                price("* > *, same-zone", 1),
                price("* > *, cross-zone", 2),
                price("* > *, cross-region", 3),
                price("* > *, internet", 4)),
            List.of(),
            new TreeMap<>(providers),
            List.of());
    assertThat(prices.price(place(from), place(to)).map(price -> price.scope().span()))
        .isEqualTo(span.equals("any") ? Optional.empty() : Optional.of(span(span)));
  }

  @Test
  void twoCloudsEachHaveTheirOwnPrices() {
    PriceList prices =
        new PriceList(
            List.of(
                price("aws: * > *, cross-region", 0.02),
                price("aws: * > *, internet", 0.09),
                price("gcp: * > *, cross-region", 0.05),
                price("gcp: * > *, internet", 0.12)),
            List.of(),
            new TreeMap<>(
                Map.of("us-east-1", "aws", "eu-west-1", "aws", "us-east1", "gcp", "home", "own")),
            List.of());
    assertThat(prices.dollarsPerGiB(place("us-east-1"), place("eu-west-1"))).isEqualTo(0.02);
    assertThat(prices.dollarsPerGiB(place("us-east-1"), place("us-east1"))).isEqualTo(0.09);
    assertThat(prices.dollarsPerGiB(place("us-east1"), place("us-east-1"))).isEqualTo(0.12);
    assertThat(prices.dollarsPerGiB(place("us-east1"), place("home"))).isEqualTo(0.12);
    assertThat(prices.dollarsPerGiB(place("home"), place("us-east1"))).isZero();
    // Nobody said whose it is: neither cloud's price is certain.
    assertThat(prices.dollarsPerGiB(place("eu"), place("us-east1"))).isZero();
  }

  @Test
  void theWayBackIsTheSameProvidersPrice() {
    Scope out = scope("aws: us-east-1 > *, internet");
    PriceList prices =
        new PriceList(
            List.of(),
            List.of(
                new Price("nat", out, Rate.flat(0.045), false, 0),
                new Price("nat", out.reversed(), Rate.flat(0.045), false, 0)),
            new TreeMap<>(Map.of("us-east-1", "aws", "us-east1", "gcp")),
            List.of());
    assertThat(prices.dollarsPerGiB(place("us-east-1"), place("us-east1"))).isEqualTo(0.045);
    assertThat(prices.dollarsPerGiB(place("us-east1"), place("us-east-1"))).isEqualTo(0.045);
    assertThat(out.reversed().toString()).isEqualTo("* → aws:us-east-1, internet");
  }

  @ParameterizedTest(name = "after {0} GiB the next one costs {1}")
  @CsvSource({
    "0, 0.09",
    "10239.999, 0.09",
    "10240, 0.085",
    "10240.001, 0.085",
    "51200, 0.07",
    "153599, 0.07",
    "153600, 0.05",
    "1e9, 0.05",
    "-1, 0.09",
    "NaN, 0.09",
  })
  void theMarginalPriceIsThatOfTheByteThatComesNext(double sent, double dollars) {
    assertThat(TIERED.dollarsPerGib(sent)).isEqualTo(dollars);
  }

  @Test
  void eachMeterHasItsOwnVolumeOfTheMonth() {
    Price internet = new Price("", scope("eu > us"), TIERED, false, 0);
    Price back = new Price("", scope("us > eu"), TIERED, false, 0);
    PriceList prices = new PriceList(List.of(internet, back));
    MonthlyVolume month = MonthlyVolume.NONE.plus(prices.meters(EU_A, US), 10_000);
    assertThat(prices.dollarsPerGiB(EU_A, US, month)).isEqualTo(0.09);
    month = month.plus(prices.meters(EU_B, US_A), 240);
    assertThat(month.gib(internet.meter())).isEqualTo(10_240);
    assertThat(prices.dollarsPerGiB(EU_A, US, month)).isEqualTo(0.085);
    assertThat(prices.dollarsPerGiB(US, EU_A, month)).isEqualTo(0.09);
    assertThat(prices.dollarsPerGiB(EU_A, US)).isEqualTo(0.09);
  }

  @Test
  void whatIsSentElsewhereComesFirst() {
    Price internet = new Price("", scope("eu > us"), TIERED, false, 51_199);
    PriceList prices = new PriceList(List.of(internet));
    assertThat(prices.dollarsPerGiB(EU, US)).isEqualTo(0.085);
    MonthlyVolume month = MonthlyVolume.NONE.plus(prices.meters(EU, US), 1);
    assertThat(prices.dollarsPerGiB(EU, US, month)).isEqualTo(0.07);
  }

  @Test
  void theMarginalPriceListIsThatOfTheMonthsCurrentTiers() {
    Price internet = new Price("", scope("eu > us"), TIERED, true, 51_199);
    Price nat = new Price("nat", scope("* > *"), TIERED, false, 0);
    PriceList prices =
        new PriceList(
            List.of(internet, price("us > eu", 0.5)), List.of(nat), new TreeMap<>(), List.of());
    MonthlyVolume month = MonthlyVolume.NONE.plus(prices.meters(EU, US), 10_240);
    PriceList marginal = prices.marginal(month);
    assertThat(marginal.dollarsPerGiB(EU, US)).isEqualTo(2 * 0.07 + 0.085);
    assertThat(marginal.dollarsPerGiB(EU, US)).isEqualTo(prices.dollarsPerGiB(EU, US, month));
    assertThat(marginal.dollarsPerGiB(US, EU)).isEqualTo(0.5 + 0.085);
    assertThat(marginal.marginal(MonthlyVolume.NONE)).isEqualTo(marginal);
  }

  @Test
  void whatBothEndsPayCountsTwice() {
    Price zones = new Price("", scope("* > *, cross-zone"), Rate.flat(0.01), true, 0);
    PriceList prices = new PriceList(List.of(zones));
    assertThat(prices.dollarsPerGiB(EU_A, EU_B)).isEqualTo(0.02);
    assertThat(prices.dollarsPerRequest(EU_A, EU_B, 3 * GIB, GIB, MonthlyVolume.NONE))
        .isCloseTo(0.08, within(1e-12));
  }

  @Test
  void surchargesAreAddedAndOfEachNameTheMostExactHolds() {
    PriceList prices =
        new PriceList(
            List.of(price("eu > us", 0.02)),
            List.of(
                surcharge("nat", "* > *", 0.1),
                surcharge("nat", "eu > *", 0.045),
                surcharge("balancer", "* > *, cross-region", 0.008),
                surcharge("vpn", "us > *", 0.05)),
            new TreeMap<>(),
            List.of());
    assertThat(prices.dollarsPerGiB(EU, US)).isCloseTo(0.02 + 0.045 + 0.008, within(1e-12));
    assertThat(prices.dollarsPerGiB(US, EU)).isCloseTo(0.1 + 0.008 + 0.05, within(1e-12));
    assertThat(prices.meters(EU, US)).hasSize(3);
  }

  @Test
  void aRequestPaysForEachDirectionAtItsOwnPrice() {
    PriceList prices = new PriceList(List.of(price("eu > us", 0.02), price("us > eu", 0.08)));
    assertThat(prices.dollarsPerRequest(EU, US, 1024, 1_048_576, MonthlyVolume.NONE))
        .isCloseTo(1024 / GIB * 0.02 + 1_048_576 / GIB * 0.08, within(1e-18));
    assertThat(prices.dollarsPerRequest(US, EU, 1024, 1_048_576, MonthlyVolume.NONE))
        .isCloseTo(1024 / GIB * 0.08 + 1_048_576 / GIB * 0.02, within(1e-18));
  }

  @Test
  void whatIsNoPriceIsRefused() {
    for (double bad : new double[] {-0.01, Double.NaN, LAST}) {
      assertThatThrownBy(() -> Rate.flat(bad)).hasMessageContaining("not a finite number");
      assertThatThrownBy(() -> new Price("", scope("a > b"), Rate.FREE, false, bad))
          .hasMessageContaining("elsewhere");
      assertThatThrownBy(() -> new MonthlyVolume(new TreeMap<>(Map.of("a", bad))))
          .hasMessageContaining("GiB");
    }
    List<List<Tier>> wrong =
        List.of(
            List.of(),
            List.of(new Tier(10, 1)),
            List.of(new Tier(10, 1), new Tier(10, 1), new Tier(LAST, 1)),
            List.of(new Tier(20, 1), new Tier(10, 1), new Tier(LAST, 1)),
            List.of(new Tier(LAST, 1), new Tier(LAST, 1)));
    for (List<Tier> tiers : wrong) {
      assertThatThrownBy(() -> new Rate(new ArrayList<>(tiers)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (double bad : new double[] {0, -1, Double.NaN}) {
      assertThatThrownBy(() -> new Tier(bad, 1)).hasMessageContaining("empty");
    }
  }
}
