package dev.fairlead.telemetry.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads an operator's own query set: JSON, with comments. Anything that is not understood is an
 * error with its place: a query that is silently left out would look like a mesh without traffic.
 */
public final class TemplateFile {
  private static final long LONGEST = 256 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .build();

  private static final Map<String, Double> UNITS =
      Map.of("s", 1e9, "ms", 1e6, "us", 1e3, "ns", 1.0);

  private static final Map<String, Signal> SIGNALS =
      Stream.of(Signal.values()).collect(Collectors.toUnmodifiableMap(Signal::field, each -> each));

  private final String file;
  private final JsonParser json;
  private final Map<String, TokenStreamLocation> places = new HashMap<>();
  private Optional<QuerySet> base = Optional.empty();
  private final NavigableMap<String, String> labels = new TreeMap<>();
  private @Nullable Double unit;
  private final Map<Signal, String> templates = new EnumMap<>(Signal.class);

  private TemplateFile(String file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  /**
   * Reads a file.
   *
   * @throws BadTemplate with {@code file:line:col: field: what is wrong (what to do)}
   */
  public static QuerySet read(Path file) {
    try {
      if (Files.size(file) > LONGEST) {
        throw new BadTemplate(file.toString(), "is too long", "at most " + LONGEST + " bytes");
      }
      return read(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new BadTemplate(
          file.toString(), "cannot be read: " + e, "name a file, or one of " + builtIn());
    }
  }

  /** Reads a text, of which messages say that it is that file's. */
  static QuerySet read(String file, String text) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      return new TemplateFile(file, json).set();
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      throw new BadTemplate("the file", "is no JSON: " + e.getOriginalMessage(), "mend it")
          .in(file, at == null ? 1 : at.getLineNr(), at == null ? 1 : at.getColumnNr());
    }
  }

  private static String builtIn() {
    return String.join(", ", QuerySets.all().stream().map(QuerySet::name).toList());
  }

  private QuerySet set() {
    json.nextToken();
    objectHere("the file");
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      places.put(name, json.currentTokenLocation());
      json.nextToken();
      switch (name) {
        case "base" -> base = Optional.of(base(text(name)));
        case "labels" -> labels();
        case "latencyUnit" -> unit = unit(text(name));
        default -> {
          Signal signal = SIGNALS.get(name);
          if (signal == null) {
            throw at(new BadTemplate(name, "is not known", "known are " + known()));
          }
          templates.put(signal, text(name));
        }
      }
    }
    if (json.nextToken() != null) {
      throw wrong("the file", "goes on behind its end", "one object");
    }
    try {
      return merged();
    } catch (BadTemplate e) {
      throw at(e);
    }
  }

  private QuerySet merged() {
    if (base.isEmpty()) {
      if (unit == null && templates.containsKey(Signal.LATENCY)) {
        throw new BadTemplate("latencyUnit", "is missing", "s, ms, us or ns: the unit of le");
      }
      return new QuerySet(file, labels, Objects.requireNonNullElse(unit, 1e9), templates);
    }
    QuerySet of = base.get();
    Map<Signal, String> all = new EnumMap<>(Signal.class);
    all.putAll(of.templates());
    all.putAll(templates);
    return new QuerySet(
        file,
        labels.isEmpty() ? of.labels() : labels,
        Objects.requireNonNullElse(unit, of.latencyUnitNanos()),
        all);
  }

  private QuerySet base(String name) {
    return QuerySets.named(name)
        .orElseThrow(() -> wrong("base", "is no query set: " + name, "one of " + builtIn()));
  }

  private double unit(String name) {
    Double nanos = UNITS.get(name);
    if (nanos == null) {
      throw wrong("latencyUnit", "is no unit: " + name, "s, ms, us or ns");
    }
    return nanos;
  }

  private void labels() {
    objectHere("labels");
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      places.put("labels." + name, json.currentTokenLocation());
      json.nextToken();
      labels.put(name, text("labels." + name));
    }
  }

  private void objectHere(String field) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw wrong(field, "is no object", "{\"…\": \"…\"}");
    }
  }

  private String text(String field) {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw wrong(field, "is no text", "put it into quotes");
    }
    return json.getString();
  }

  private static String known() {
    return Stream.concat(
            Stream.of("base", "labels", "latencyUnit"),
            Stream.of(Signal.values()).map(Signal::field))
        .collect(Collectors.joining(", "));
  }

  private BadTemplate wrong(String field, String what, String mend) {
    TokenStreamLocation here = json.currentTokenLocation();
    return new BadTemplate(field, what, mend).in(file, here.getLineNr(), here.getColumnNr());
  }

  /** With the place of the field that it names, or else of the file's beginning. */
  private BadTemplate at(BadTemplate bad) {
    TokenStreamLocation place = places.get(bad.where());
    return place == null
        ? bad.in(file, 1, 1)
        : bad.in(file, place.getLineNr(), place.getColumnNr());
  }
}
