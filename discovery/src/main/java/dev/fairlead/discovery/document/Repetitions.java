package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.route.Affinity;
import dev.fairlead.route.Persistence;
import dev.fairlead.route.Retries;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Reads what a rule says of a request's and of a client's coming back. */
final class Repetitions {
  /** As many as there are codes that anybody would retry. */
  private static final int MAX_CODES = 32;

  private static final int DEFAULT_ATTEMPTS = 1;
  private static final String DEFAULT_NAME = "fairlead-session";

  static final Reader<Retries> RETRIES =
      Structures.object(
          fields ->
              new Retries(
                  new HashSet<>(
                      fields.optional(
                          "codes",
                          Structures.list(Scalars.integer(400, 599), 0, MAX_CODES),
                          List.of())),
                  fields.optional(
                      "attempts", Scalars.integer(0, Retries.MAX_ATTEMPTS), DEFAULT_ATTEMPTS),
                  fields.optional(
                      "backoff", Scalars.duration(Duration.ZERO, Duration.ofMinutes(1)))));

  private static final Reader<String> NAME =
      Scalars.text(
          Affinity::isToken, "a token", "use letters, digits and '-', at most 256 characters");

  /** A session that lasts longer than a year is no session; times of day have seconds. */
  private static final Reader<Duration> LIFETIME =
      Scalars.duration(Duration.ofSeconds(1), Duration.ofDays(365));

  private static final Reader<Boolean> PERMANENT =
      Structures.object(
          fields ->
              fields.optional(
                  "lifetimeType",
                  Scalars.oneOf(Map.of("Session", false, "Permanent", true)),
                  false));

  static final Reader<Persistence> PERSISTENCE = Structures.object(Repetitions::persistence);

  private Repetitions() {}

  private static Persistence persistence(Fields fields) {
    Persistence.Kind kind =
        fields.optional(
            "type",
            Scalars.oneOf(
                Map.of("Cookie", Persistence.Kind.COOKIE, "Header", Persistence.Kind.HEADER)),
            Persistence.Kind.COOKIE);
    String name =
        fields.optional(
            "sessionName",
            kind == Persistence.Kind.HEADER ? HeaderReaders.NAME : NAME,
            DEFAULT_NAME);
    Duration absolute = fields.optional("absoluteTimeout", LIFETIME, Duration.ZERO);
    Duration idle = fields.optional("idleTimeout", LIFETIME, Duration.ZERO);
    boolean permanent = fields.optional("cookieConfig", PERMANENT, false);
    if (kind == Persistence.Kind.HEADER) {
      fields
          .find("cookieConfig")
          .ifPresent(at -> at.problem("is for type Cookie", "remove it or write type: Cookie"));
    } else if (permanent && absolute.isZero()) {
      fields.value().problem("a Permanent cookie needs an end", "add absoluteTimeout, as 24h");
    }
    return new Persistence(kind, name, absolute, idle, permanent && !absolute.isZero());
  }
}
