package dev.fairlead.telemetry.prometheus;

import dev.fairlead.telemetry.prometheus.PrometheusException.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the API's envelope <a
 * href="https://prometheus.io/docs/prometheus/latest/querying/api/">(HTTP API)</a>. Fields that it
 * does not know are skipped, since servers add some; those that it knows must be as documented.
 */
final class AnswerReader {
  /** Twenty buckets of ten thousand destinations. */
  static final int MOST_SERIES = 200_000;

  private static final int MOST_LABELS = 64;
  private static final int MOST_WARNINGS = 20;
  private static final int MOST_DEPTH = 16;
  private static final int LONGEST_STRING = 16 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_DEPTH)
                  .maxStringLength(LONGEST_STRING)
                  .maxNameLength(LONGEST_STRING)
                  .maxNumberLength(64)
                  .build())
          .build();

  private final JsonParser json;
  private final List<Answer.Series> series = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private String status = "";
  private String error = "";
  private String errorType = "";
  private boolean hasResult;
  private double at = Double.NaN;

  private AnswerReader(JsonParser json) {
    this.json = json;
  }

  /** The envelope, whether it says success or error. */
  record Envelope(Answer answer, String errorType, String error) {
    boolean isError() {
      return !errorType.isEmpty();
    }
  }

  /**
   * Reads a whole body.
   *
   * @throws PrometheusException where it is no answer to an instant query; the message says what is
   *     wrong and not where it came from
   */
  static Envelope read(byte[] body) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      return new AnswerReader(json).envelope();
    } catch (JacksonException e) {
      throw malformed("it is no JSON: " + e.getOriginalMessage());
    }
  }

  private Envelope envelope() {
    expect(json.nextToken(), JsonToken.START_OBJECT, "the answer");
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "status" -> status = text(name);
        case "errorType" -> errorType = text(name);
        case "error" -> error = text(name);
        case "warnings" -> warnings();
        case "data" -> data();
        default -> json.skipChildren();
      }
    }
    expect(json.currentToken(), JsonToken.END_OBJECT, "the answer's end");
    expect(json.nextToken(), null, "what follows the answer");
    Answer answer = new Answer(at, series, warnings);
    if (status.equals("error")) {
      return new Envelope(answer, errorType.isEmpty() ? "unknown" : errorType, error);
    }
    if (!status.equals("success") || !hasResult) {
      throw malformed("it has neither a result nor an error");
    }
    return new Envelope(answer, "", "");
  }

  private void warnings() {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    expect(json.currentToken(), JsonToken.START_ARRAY, "warnings");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      String warning = text("warnings");
      if (warnings.size() < MOST_WARNINGS) {
        warnings.add(warning);
      }
    }
  }

  private void data() {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    expect(json.currentToken(), JsonToken.START_OBJECT, "data");
    String type = "";
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "resultType" -> type = text(name);
        case "result" -> {
          // Its form depends on a type that may come after it: only the form of a vector is read.
          if (!type.isEmpty() && !type.equals("vector")) {
            throw malformed("it is a " + type + " (a query must give an instant vector)");
          }
          result();
        }
        default -> json.skipChildren();
      }
    }
    if (!type.equals("vector")) {
      throw malformed("its type is \"" + type + "\" (a query must give an instant vector)");
    }
  }

  private void result() {
    expect(json.currentToken(), JsonToken.START_ARRAY, "result");
    hasResult = true;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.START_OBJECT, "a series");
      if (series.size() == MOST_SERIES) {
        throw new PrometheusException(
            Reason.TOO_LARGE,
            "it has more than " + MOST_SERIES + " series (the query must add them up)");
      }
      series.add(series());
    }
  }

  private Answer.Series series() {
    Map<String, String> labels = null;
    Double value = null;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "metric" -> labels = labels();
        case "value" -> value = value();
        default -> json.skipChildren();
      }
    }
    if (labels == null) {
      throw malformed("a series has no metric");
    }
    if (value == null) {
      // A native histogram has "histogram" in its place: of no use here.
      throw malformed("a series has no value (a query must give plain numbers)");
    }
    return new Answer.Series(labels, value);
  }

  private Map<String, String> labels() {
    expect(json.currentToken(), JsonToken.START_OBJECT, "metric");
    Map<String, String> labels = new HashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (labels.size() == MOST_LABELS) {
        throw malformed("a series has more than " + MOST_LABELS + " labels");
      }
      labels.put(name, text(name));
    }
    return labels;
  }

  private double value() {
    expect(json.currentToken(), JsonToken.START_ARRAY, "value");
    JsonToken time = json.nextToken();
    if (time == null || !time.isNumeric()) {
      throw malformed("a value has no time");
    }
    at = json.getDoubleValue();
    if (!(Math.abs(at) <= 1e12)) {
      throw malformed("a value's time is " + at);
    }
    json.nextToken();
    double value = number(text("value"));
    expect(json.nextToken(), JsonToken.END_ARRAY, "a value's end");
    return value;
  }

  private static double number(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw malformed("a value is no number: " + Quoted.of(text));
        }
      }
    };
  }

  private String text(String what) {
    expect(json.currentToken(), JsonToken.VALUE_STRING, what);
    return json.getString();
  }

  private static void expect(@Nullable JsonToken found, @Nullable JsonToken expected, String what) {
    if (found != expected) {
      throw malformed(what + " is " + found + " where " + expected + " belongs");
    }
  }

  private static PrometheusException malformed(String what) {
    return new PrometheusException(Reason.MALFORMED, what);
  }
}
