package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.steering.cost.PriceList.Price;
import dev.fairlead.steering.cost.Rate;
import dev.fairlead.steering.cost.Rate.Tier;
import dev.fairlead.steering.cost.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads how much a price is: flat or in tiers, and who pays it. */
final class Rates {
  /** A thousand times the dearest link anyone sells; more is a mistaken unit. */
  private static final Reader<Double> DOLLARS = Scalars.number(0, 10_000);

  /** A thousand exbibytes a month is more than anyone sends. */
  private static final double MAX_GIB = 1e12;

  /** Public price lists have five at most. */
  private static final int MOST_TIERS = 32;

  private static final Map<String, Boolean> PAID_BY = Map.of("sender", false, "both", true);

  private static final Reader<List<UpTo>> TIERS =
      Structures.list(Structures.object(Rates::tier), 1, MOST_TIERS);

  private Rates() {}

  /** Everything of a price but what it is for. */
  record Read(Rate rate, boolean bothBilled, double elsewhereGib) {
    Price price(String name, Scope scope) {
      return new Price(name, scope, rate, bothBilled, elsewhereGib);
    }
  }

  /**
   * A tier as it is written.
   *
   * @param end where it says up to how much, right or wrong
   */
  private record UpTo(
      Optional<Value> end, Optional<Double> gib, Optional<Double> dollars, Value at) {}

  /** Empty where it is wrong. */
  static Optional<Read> read(Fields fields) {
    Optional<Value> tiers = fields.find("tiers");
    Optional<Value> flat = fields.find("dollarsPerGiB");
    Optional<Rate> rate;
    if (tiers.isPresent()) {
      flat.ifPresent(at -> at.problem("stands beside 'tiers'", "keep one of the two"));
      rate = fields.optional("tiers", TIERS).flatMap(Rates::rate);
    } else {
      rate = fields.required("dollarsPerGiB", DOLLARS).map(Rate::flat);
    }
    boolean both = fields.optional("paidBy", Scalars.oneOf(PAID_BY), false);
    double elsewhere = fields.optional("elsewhereGiB", Scalars.number(0, MAX_GIB), 0.0);
    if (tiers.isEmpty()) {
      fields
          .find("elsewhereGiB")
          .ifPresent(at -> at.problem("means nothing without 'tiers'", "remove it"));
    }
    return rate.map(each -> new Read(each, both, elsewhere));
  }

  private static UpTo tier(Fields fields) {
    return new UpTo(
        fields.find("upToGiB"),
        fields.optional("upToGiB", Scalars.number(0, MAX_GIB)),
        fields.required("dollarsPerGiB", DOLLARS),
        fields.value());
  }

  /** Empty where the tiers leave a volume without a price, or are wrong otherwise. */
  private static Optional<Rate> rate(List<UpTo> written) {
    List<Tier> tiers = new ArrayList<>();
    double before = 0;
    boolean sound = true;
    for (int i = 0; i < written.size(); i++) {
      UpTo tier = written.get(i);
      boolean last = i == written.size() - 1;
      Optional<Double> end = last ? lastEnd(tier) : end(tier, before);
      sound &= end.isPresent() && tier.dollars().isPresent();
      before = end.orElse(before);
      if (sound) {
        tiers.add(new Tier(before, tier.dollars().orElse(0.0)));
      }
    }
    return sound && !tiers.isEmpty() ? Optional.of(new Rate(tiers)) : Optional.empty();
  }

  private static Optional<Double> lastEnd(UpTo tier) {
    tier.end()
        .ifPresent(at -> at.problem("what is sent after it has no price", "the last has no end"));
    return tier.end().isEmpty() ? Optional.of(Double.POSITIVE_INFINITY) : Optional.empty();
  }

  private static Optional<Double> end(UpTo tier, double before) {
    if (tier.end().isEmpty()) {
      tier.at().problem("a tier without 'upToGiB' before another", "only the last has no end");
    } else if (tier.gib().isPresent() && !(tier.gib().get() > before)) {
      tier.end()
          .get()
          .problem(
              tier.gib().get() + " is not above " + before, "write the tiers in ascending order");
    } else {
      return tier.gib();
    }
    return Optional.empty();
  }
}
