package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.route.Cors;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads Gateway API's CORS filter. */
final class CorsReader {
  static final Reader<Cors> CORS = Structures.object(CorsReader::cors);

  /** Gateway API's bounds. */
  private static final int MAX_ITEMS = 64;

  private static final int MAX_METHODS = 9;

  /** Gateway API's default. */
  private static final int DEFAULT_MAX_AGE = 5;

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*");

  /** What a browser may send as Origin, but that its host may begin with a star. */
  private static final Pattern ORIGIN =
      Pattern.compile(
          "https?://(\\*|(\\*\\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\\[[0-9a-f:.]+\\])"
              + "(:[1-9][0-9]{0,4})?");

  private static final Reader<String> ORIGIN_NAME =
      Scalars.text(
          text -> text.equals(Cors.ANY) || ORIGIN.matcher(text).matches(),
          "an origin",
          "write it as https://example.com or https://*.example.com:8443, in lower case, or *");

  private static final Reader<String> METHOD =
      Scalars.text(METHODS::contains, "a method", "write it in capitals, or *");

  private CorsReader() {}

  private static Cors cors(Fields fields) {
    return new Cors(
        fields.required("allowOrigins", list(ORIGIN_NAME, 1, MAX_ITEMS), List.of()),
        fields.optional("allowMethods", list(METHOD, 0, MAX_METHODS), List.of()),
        fields.optional("allowHeaders", list(Names.TOKEN_NAME, 0, MAX_ITEMS), List.of()),
        fields.optional("exposeHeaders", list(Names.TOKEN_NAME, 0, MAX_ITEMS), List.of()),
        fields.optional("allowCredentials", Scalars.BOOLEAN, false),
        Duration.ofSeconds(
            fields.optional("maxAge", Scalars.integer(1, Integer.MAX_VALUE), DEFAULT_MAX_AGE)));
  }

  /** A list in which the star, which is a token too, stands alone. */
  private static Reader<List<String>> list(Reader<String> item, int min, int max) {
    return value -> {
      Optional<List<String>> all = Structures.list(item, min, max).read(value);
      List<String> names =
          all.orElse(List.of()).stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
      if (names.contains(Cors.ANY) && names.size() > 1) {
        value.problem(Quoted.of(Cors.ANY) + " allows all others too", "let it stand alone");
      }
      return all;
    };
  }
}
