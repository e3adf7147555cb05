package dev.fairlead.discovery.document;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;

/** Readers of localities. */
final class Places {
  /** A region, zone, sub-zone or network: a Kubernetes label's value. */
  static final Reader<String> PART =
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

  private Places() {}

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
