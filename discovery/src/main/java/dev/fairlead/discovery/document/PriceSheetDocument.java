package dev.fairlead.discovery.document;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.steering.cost.PriceList.Price;
import java.util.ArrayList;
import java.util.List;

/** A PriceSheet: what bytes between localities cost; symmetric entries already both ways. */
public record PriceSheetDocument(Metadata metadata, List<Located<Price>> prices)
    implements Document {
  /** A thousand times the dearest link anyone sells; more is a mistaken unit. */
  private static final double MAX_DOLLARS = 10_000;

  /** What stands under {@code prices}. */
  public static final Reader<List<Located<Price>>> PRICES =
      value ->
          Structures.list(Structures.object(PriceSheetDocument::prices), 0, 10_000)
              .read(value)
              .map(entries -> entries.stream().flatMap(List::stream).toList());

  static PriceSheetDocument read(Metadata metadata, Fields spec) {
    return new PriceSheetDocument(metadata, spec.required("prices", PRICES, List.of()));
  }

  private static List<Located<Price>> prices(Fields fields) {
    Locality from = fields.required("from", Places.IN_REGION, Locality.UNKNOWN);
    Locality to = fields.required("to", Places.IN_REGION, Locality.UNKNOWN);
    double dollars = fields.required("dollarsPerGiB", Scalars.number(0, MAX_DOLLARS), 0.0);
    List<Located<Price>> prices = new ArrayList<>();
    prices.add(new Located<>(new Price(from, to, dollars), fields.value()));
    if (fields.optional("symmetric", Scalars.BOOLEAN, false) && !from.equals(to)) {
      prices.add(new Located<>(new Price(to, from, dollars), fields.value()));
    }
    return List.copyOf(prices);
  }
}
