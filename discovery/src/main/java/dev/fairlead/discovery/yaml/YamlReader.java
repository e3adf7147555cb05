package dev.fairlead.discovery.yaml;

import dev.fairlead.discovery.Problem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * Reads YAML 1.2 with JSON's types into nodes. Built on the parser's events, so nothing is ever
 * instantiated from a tag and nothing grows from an alias: both are refused.
 */
public final class YamlReader {
  /** Of one text, in characters: some 100 000 endpoints. */
  public static final int MAX_CHARACTERS = 32 * 1024 * 1024;

  /** The deepest document of the API has ten levels. */
  static final int MAX_DEPTH = 32;

  /** Scalars, lists and mappings of one text: what bounds the memory of a reading. */
  static final int MAX_NODES = 2_000_000;

  /** The parser copies all of a long text for each buffer of it: with its own 1024, minutes. */
  private static final int BUFFER_CHARACTERS = 1024 * 1024;

  private static final ScalarResolver TYPES = new JsonSchema().getScalarResolver();

  private final String file;
  private final Problems problems;
  private final Iterator<Event> events;
  private int nodes;

  private YamlReader(String file, Problems problems, Iterator<Event> events) {
    this.file = file;
    this.problems = problems;
    this.events = events;
  }

  /**
   * The documents of a text, without empty ones.
   *
   * @return empty if the text is not YAML or exceeds a bound; the mistake is reported
   */
  public static Optional<List<Value>> read(String file, String text, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setCodePointLimit(MAX_CHARACTERS)
            .setBufferSize(Math.clamp(text.length(), 1, BUFFER_CHARACTERS))
            .build();
    try {
      Iterator<Event> events = new Parse(settings).parseString(text).iterator();
      return Optional.of(new YamlReader(file, problems, events).documents());
    } catch (Refused refused) {
      report(problems, file, refused.position, refused.path, refused.message, refused.hint);
    } catch (MarkedYamlEngineException e) {
      Position position =
          e.getProblemMark().or(e::getContextMark).map(YamlReader::position).orElse(START);
      report(problems, file, position, "", "not YAML: " + oneLine(e.getProblem()), context(e));
    } catch (ReaderException e) {
      String message =
          String.format("not YAML: the character U+%04X is not allowed", e.getCodePoint());
      report(
          problems, file, positionOf(text, e.getPosition()), "", message, "write it as an escape");
    } catch (YamlEngineException e) {
      report(problems, file, START, "", "not YAML: " + oneLine(String.valueOf(e.getMessage())), "");
    }
    return Optional.empty();
  }

  private static final Position START = new Position(1, 1);

  private static void report(
      Problems problems, String file, Position at, String path, String message, String hint) {
    problems.add(new Problem(file, at.line(), at.column(), path, message, hint));
  }

  private List<Value> documents() {
    List<Value> documents = new ArrayList<>();
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof NodeEvent start) {
        Value document = new Value(problems, file, FieldPath.ROOT, node(start, FieldPath.ROOT, 1));
        if (!document.isNull()) {
          documents.add(document);
        }
      }
    }
    return documents;
  }

  private Node node(NodeEvent event, FieldPath path, int depth) {
    Position position = position(event);
    if (depth > MAX_DEPTH) {
      throw new Refused(position, path, "is nested deeper than " + MAX_DEPTH + " levels", "");
    }
    if (++nodes > MAX_NODES) {
      throw new Refused(
          position, path, "the file has more than " + MAX_NODES + " values", "split it");
    }
    refuseIndirection(event, path, position);
    return switch (event) {
      case ScalarEvent scalar -> new Node.Scalar(position, scalar.getValue(), type(scalar));
      case SequenceStartEvent start -> sequence(position, path, depth);
      case MappingStartEvent start -> mapping(position, path, depth);
      default -> throw new Refused(position, path, "not YAML: " + event.getEventId(), "");
    };
  }

  private void refuseIndirection(NodeEvent event, FieldPath path, Position position) {
    if (event instanceof AliasEvent || event.getAnchor().isPresent()) {
      throw new Refused(position, path, "anchors and aliases are refused", "write the value out");
    }
    Optional<String> tag =
        switch (event) {
          case ScalarEvent scalar -> scalar.getTag();
          case CollectionStartEvent start -> start.getTag();
          default -> Optional.empty();
        };
    if (tag.isPresent()) {
      throw new Refused(
          position,
          path,
          "the type tag " + Quoted.of(tag.get()) + " is refused",
          "remove it; quotes make a value text");
    }
  }

  private Node.Sequence sequence(Position position, FieldPath path, int depth) {
    List<Node> items = new ArrayList<>();
    while (events.next() instanceof NodeEvent item) {
      items.add(node(item, path.item(items.size()), depth + 1));
    }
    return new Node.Sequence(position, items);
  }

  private Node.Mapping mapping(Position position, FieldPath path, int depth) {
    Map<String, Node.Entry> entries = new LinkedHashMap<>();
    while (events.next() instanceof NodeEvent key) {
      Position keyPosition = position(key);
      refuseIndirection(key, path, keyPosition);
      if (!(key instanceof ScalarEvent name)) {
        throw new Refused(keyPosition, path, "a field's name must be text", "");
      }
      FieldPath field = path.field(name.getValue());
      if (!(events.next() instanceof NodeEvent value)) {
        throw new Refused(keyPosition, field, "has no value", "");
      }
      Node.Entry entry = new Node.Entry(keyPosition, node(value, field, depth + 1));
      Node.Entry first = entries.putIfAbsent(name.getValue(), entry);
      if (first != null) {
        report(
            problems,
            file,
            keyPosition,
            field.toString(),
            "is given twice",
            "the first is in line " + first.key().line());
      }
    }
    return new Node.Mapping(position, entries);
  }

  private static Node.Scalar.Type type(ScalarEvent scalar) {
    if (!scalar.isPlain()) {
      return Node.Scalar.Type.STRING;
    }
    // YAML's JSON schema leaves an empty plain scalar to the schema's user; Kubernetes has null.
    if (scalar.getValue().isEmpty() || scalar.getValue().equals("~")) {
      return Node.Scalar.Type.NULL;
    }
    Tag tag = TYPES.resolve(scalar.getValue(), true);
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return isFiniteNumber(scalar.getValue()) ? Node.Scalar.Type.NUMBER : Node.Scalar.Type.STRING;
    }
    if (tag.equals(Tag.BOOL)) {
      return Node.Scalar.Type.BOOLEAN;
    }
    return tag.equals(Tag.NULL) ? Node.Scalar.Type.NULL : Node.Scalar.Type.STRING;
  }

  /** Whether Java reads it as a number too: {@code .inf} and {@code .nan} stay text. */
  private static boolean isFiniteNumber(String text) {
    try {
      return Double.isFinite(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static Position position(Event event) {
    return event.getStartMark().map(YamlReader::position).orElse(START);
  }

  private static Position position(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static Position positionOf(String text, int codePoint) {
    int line = 1;
    int column = 1;
    int last = 0;
    for (int c : text.codePoints().limit(Math.max(0, codePoint)).toArray()) {
      boolean secondOfTwo = c == '\n' && last == '\r';
      boolean lineBreak = c == '\n' || c == '\r';
      column = lineBreak ? 1 : column + 1;
      line += lineBreak && !secondOfTwo ? 1 : 0;
      last = c;
    }
    return new Position(line, column);
  }

  /** Where the thing began that was not ended: {@code while parsing a flow sequence in line 5}. */
  private static String context(MarkedYamlEngineException e) {
    String context = e.getContext() == null ? "" : oneLine(e.getContext());
    return e.getContextMark()
        .filter(mark -> !context.isEmpty())
        .map(mark -> context + " from line " + position(mark).line())
        .orElse("");
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s+", " ").strip();
  }

  /** Ends the reading of a text that is not worth reading on; never leaves this class. */
  private static final class Refused extends RuntimeException {
    private final transient Position position;
    private final String path;
    private final String message;
    private final String hint;

    Refused(Position position, FieldPath path, String message, String hint) {
      super(message, null, false, false);
      this.position = position;
      this.path = path.toString();
      this.message = message;
      this.hint = hint;
    }
  }
}
