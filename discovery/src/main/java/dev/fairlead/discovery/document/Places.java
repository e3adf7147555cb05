package dev.fairlead.discovery.document;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import java.util.regex.Pattern;

/** Readers of localities. */
public final class Places {
  /** A region, zone, sub-zone or network: a Kubernetes label's value. */
  public static final Reader<String> PART =
      Scalars.text(
          text -> Names.LABEL_TEXT.matcher(text).matches(),
          "a place's name",
          "use letters, digits, '-', '_' and '.', at most 63 characters");

  /** A locality of which each part may be unknown. */
  static final Reader<Locality> LOCALITY =
      Structures.object(fields -> locality(fields, fields.optional("region", PART, "")));

  /** A locality with a region. */
  static final Reader<Locality> IN_REGION =
      Structures.object(fields -> locality(fields, fields.required("region", PART, "")));

  /** A name, a prefix and an asterisk, or an asterisk. */
  private static final String PART_PATTERN =
      "([A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?|([A-Za-z0-9][-._A-Za-z0-9]{0,61})?\\*)";

  private static final Pattern LOCALITY_PATTERN =
      Pattern.compile(PART_PATTERN + "(/" + PART_PATTERN + "){0,2}");

  /** A set of localities: {@code us-east/us-east-1a/*}. */
  static final Reader<LocalityPattern> LOCALITIES =
      value ->
          Scalars.text(
                  text -> LOCALITY_PATTERN.matcher(text).matches(),
                  "a region, zone and sub-zone",
                  "write it as us-east, us-east/us-east-1a or us-*/*/rack-1")
              .read(value)
              .map(LocalityPattern::parse);

  static final LocalityPattern ANYWHERE = LocalityPattern.parse("*");

  /** A set of localities, or the fields of one with a region, of which what is left out is any. */
  static final Reader<LocalityPattern> REGION_OR_LOCALITIES =
      value ->
          value.node() instanceof Node.Scalar
              ? LOCALITIES.read(value)
              : IN_REGION.read(value).filter(Places::isSound).map(Places::pattern);

  private Places() {}

  /** Whether the larger part is there for each smaller one; else that was reported. */
  private static boolean isSound(Locality locality) {
    return !locality.region().isEmpty()
        && (!locality.zone().isEmpty() || locality.subZone().isEmpty());
  }

  private static LocalityPattern pattern(Locality locality) {
    return new LocalityPattern(
        locality.region(), orAny(locality.zone()), orAny(locality.subZone()));
  }

  private static String orAny(String part) {
    return part.isEmpty() ? "*" : part;
  }

  private static Locality locality(Fields fields, String region) {
    String zone = fields.optional("zone", PART, "");
    String subZone = fields.optional("subZone", PART, "");
    if ((zone.isEmpty() && !subZone.isEmpty()) || (region.isEmpty() && !zone.isEmpty())) {
      fields
          .value()
          .problem("a part without the larger one", "name region, then zone, then subZone");
    }
    return new Locality(region, zone, subZone);
  }
}
