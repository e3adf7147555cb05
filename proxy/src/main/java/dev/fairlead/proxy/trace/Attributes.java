package dev.fairlead.proxy.trace;

import dev.fairlead.proxy.trace.Span.Attribute;
import java.util.ArrayList;
import java.util.List;

/** The attributes of one span being gathered. What is unknown is left out. */
public final class Attributes {
  /** A text is cut after so many characters: a span stays small whatever a client sends. */
  static final int MAX_TEXT = 1024;

  private final List<Attribute> list = new ArrayList<>(24);

  /** Left out where it is empty. */
  public Attributes text(String key, String value) {
    if (!value.isEmpty()) {
      String cut = value.length() > MAX_TEXT ? value.substring(0, MAX_TEXT) : value;
      list.add(new Attribute.Text(key, cut));
    }
    return this;
  }

  /** Left out where it is negative. */
  public Attributes whole(String key, long value) {
    if (value >= 0) {
      list.add(new Attribute.Whole(key, value));
    }
    return this;
  }

  /** Left out where it does not hold. */
  public Attributes flag(String key, boolean value) {
    if (value) {
      list.add(new Attribute.Flag(key, true));
    }
    return this;
  }

  List<Attribute> list() {
    return list;
  }
}
