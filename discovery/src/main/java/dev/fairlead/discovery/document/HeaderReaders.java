package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.HeaderEdits.Header;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Readers of headers and of edits to them. */
final class HeaderReaders {
  /** Gateway API's bounds. */
  private static final int MAX_EDITS = 16;

  private static final int MAX_VALUE = 4096;

  /** What frames a message or names its target: an edit would let one request become two. */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** A header's name that a document may set or remove. */
  static final Reader<String> NAME =
      value ->
          Names.TOKEN_NAME
              .read(value)
              .filter(
                  name -> {
                    if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
                      value.problem(
                          Quoted.of(name) + " is the proxy's own",
                          name.equalsIgnoreCase("host")
                              ? "use URLRewrite's hostname"
                              : "remove it");
                      return false;
                    }
                    return true;
                  });

  private static final Reader<String> VALUE =
      Scalars.text(
          text ->
              text.length() <= MAX_VALUE
                  && text.equals(text.strip())
                  && text.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t'),
          "a header's value",
          "use printable ASCII without blanks at the ends, at most 4096 characters");

  private static final Reader<Header> HEADER =
      Structures.object(
          fields ->
              new Header(fields.required("name", NAME, ""), fields.required("value", VALUE, "")));

  /** Headers of which none is named twice. */
  static final Reader<List<Header>> HEADERS =
      value -> {
        Optional<List<Header>> headers = Structures.list(HEADER, 0, MAX_EDITS).read(value);
        once(value, headers.orElse(List.of()).stream().map(Header::name).toList());
        return headers;
      };

  private static final Reader<List<String>> REMOVED =
      value -> {
        Optional<List<String>> names = Structures.list(NAME, 0, MAX_EDITS).read(value);
        once(value, names.orElse(List.of()));
        return names;
      };

  static final Reader<HeaderEdits> EDITS =
      Structures.object(
          fields ->
              new HeaderEdits(
                  fields.optional("set", HEADERS, List.of()),
                  fields.optional("add", HEADERS, List.of()),
                  fields.optional("remove", REMOVED, List.of())));

  private HeaderReaders() {}

  private static void once(Value value, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!name.isEmpty() && !seen.add(name.toLowerCase(Locale.ROOT))) {
        value.problem("names " + Quoted.of(name) + " twice", "keep one");
      }
    }
  }
}
