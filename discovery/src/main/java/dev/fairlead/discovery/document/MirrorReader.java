package dev.fairlead.discovery.document;

import dev.fairlead.discovery.document.HttpRouteDocument.BackendRef;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.route.HeaderEdits;
import java.util.Map;
import java.util.Optional;

/** Reads Gateway API's RequestMirror filter. */
public final class MirrorReader {
  /**
   * A backend that gets copies of a share of the requests.
   *
   * @param numerator of {@code denominator}
   */
  public record MirrorRef(BackendRef backend, int numerator, int denominator) {}

  private static final int PERCENT = 100;

  /** A share of requests: nothing less is worth the words. */
  private static final int MAX_DENOMINATOR = 1_000_000;

  private record Share(int numerator, int denominator) {
    static final Share ALL = new Share(1, 1);
  }

  private static final Reader<Share> FRACTION =
      Structures.object(
          fields -> {
            int numerator = fields.required("numerator", Scalars.integer(0, MAX_DENOMINATOR), 0);
            int denominator =
                fields.optional("denominator", Scalars.integer(1, MAX_DENOMINATOR), PERCENT);
            if (numerator > denominator) {
              fields.value().problem("is more than all", "numerator is at most denominator");
              return Share.ALL;
            }
            return new Share(numerator, denominator);
          });

  private MirrorReader() {}

  static Reader<MirrorRef> in(String namespace) {
    return Structures.object(fields -> mirror(fields, namespace));
  }

  private static MirrorRef mirror(Fields fields, String own) {
    Optional<BackendRef> backend =
        fields.required("backendRef", Structures.object(ref -> backend(ref, own)));
    Optional<Share> percent =
        fields
            .optional("percent", Scalars.integer(0, PERCENT))
            .map(number -> new Share(number, PERCENT));
    Optional<Share> fraction = fields.optional("fraction", FRACTION);
    if (fields.find("percent").isPresent() && fields.find("fraction").isPresent()) {
      fields.value().problem("has 'percent' and 'fraction'", "remove one of them");
    }
    Share share = percent.or(() -> fraction).orElse(Share.ALL);
    return new MirrorRef(
        backend.orElseGet(() -> nowhere(fields, own)), share.numerator, share.denominator);
  }

  private static BackendRef backend(Fields fields, String own) {
    fields.optional("group", Scalars.oneOf(Map.of("", "")));
    fields.optional("kind", Scalars.oneOf(Map.of(Kinds.SERVICE, "")));
    return new BackendRef(
        fields.optional("namespace", Names.LABEL, own),
        fields.required("name", Names.SUBDOMAIN, ""),
        fields.optional("port", Structures.located(Names.PORT)),
        1,
        HeaderEdits.NONE,
        HeaderEdits.NONE,
        fields.value());
  }

  private static BackendRef nowhere(Fields fields, String own) {
    return new BackendRef(
        own, "", Optional.empty(), 1, HeaderEdits.NONE, HeaderEdits.NONE, fields.value());
  }
}
