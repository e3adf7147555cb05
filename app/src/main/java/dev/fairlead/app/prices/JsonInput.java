package dev.fairlead.app.prices;

import dev.fairlead.app.command.CommandFailure;
import dev.fairlead.app.command.Exit;
import dev.fairlead.discovery.yaml.Quoted;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON text read in one pass, value by value: price lists have hundreds of megabytes, of which a
 * few lines matter. What nobody asks for is skipped and never held.
 */
final class JsonInput implements AutoCloseable {
  /** Longer than any text of a price list; a longer one is an attack on memory. */
  private static final int MAX_TEXT = 1 << 20;

  private static final int MAX_DEPTH = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // A list has a million names, each once: a table of them would be as large as the list.
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(MAX_TEXT)
                  .maxNestingDepth(MAX_DEPTH)
                  .build())
          .build();

  private final String file;
  private final JsonParser parser;
  private final Deque<String> path = new ArrayDeque<>();

  JsonInput(String file, InputStream in) {
    this.file = file;
    this.parser = FACTORY.createParser(ObjectReadContext.empty(), in);
  }

  /**
   * Reads the whole text, an object, and no more.
   *
   * @param field gets the name of each field, and reads its value or leaves it
   */
  void read(Consumer<String> field) {
    try {
      if (parser.nextToken() == null) {
        throw broken("is empty");
      }
      object(field);
      if (parser.nextToken() != null) {
        throw broken("goes on after its end");
      }
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
      throw new CommandFailure(
          Exit.DOCUMENTS,
          file + where + ": is not JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  /** Reads the object that stands here. */
  void object(Consumer<String> field) {
    expect(JsonToken.START_OBJECT, "an object");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      path.addLast(name);
      field.accept(name);
      leave();
    }
  }

  /** Reads the array that stands here; {@code item} reads an item or leaves it. */
  void array(Runnable item) {
    expect(JsonToken.START_ARRAY, "an array");
    int index = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      path.addLast(Integer.toString(index++));
      item.run();
      leave();
    }
  }

  private void leave() {
    if (parser.currentToken().isStructStart()) {
      parser.skipChildren();
    }
    path.removeLast();
  }

  /** The text of the value that stands here, also of a number; empty for null. */
  String text() {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return "";
    }
    if (!token.isScalarValue()) {
      throw broken("is no single value");
    }
    return parser.getString();
  }

  /** A finite number in [0, max], written as one or as text. */
  double number(double max) {
    String text = text();
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw broken(Quoted.of(text) + " is not a number");
    }
    if (!(number >= 0 && number <= max)) {
      throw broken(Quoted.of(text) + " is outside 0…" + (long) max);
    }
    return number;
  }

  private void expect(JsonToken token, String what) {
    if (parser.currentToken() != token) {
      throw broken("is not " + what);
    }
  }

  /** A mistake where the input stands. */
  CommandFailure broken(String message) {
    TokenStreamLocation at = parser.currentTokenLocation();
    String where = path.isEmpty() ? "" : " " + Quoted.of(String.join(".", path)) + ":";
    return new CommandFailure(
        Exit.DOCUMENTS,
        file + ":" + at.getLineNr() + ":" + at.getColumnNr() + ":" + where + " " + message);
  }

  @Override
  public void close() {
    parser.close();
  }
}
