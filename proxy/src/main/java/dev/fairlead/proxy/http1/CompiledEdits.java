package dev.fairlead.proxy.http1;

import dev.fairlead.route.HeaderEdits;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Header edits as bytes, made once for each rule and backend. Immutable. */
public final class CompiledEdits {
  public static final CompiledEdits NONE = CompiledEdits.of();

  /** Headers whose lines go: removed or set, in lower case. */
  private final byte[][] replaced;

  /** Ready lines, each with its CRLF. */
  final byte[] lines;

  private final FieldList added;

  final boolean replacesForwardedFor;
  final boolean replacesForwardedProto;
  final boolean replacesForwardedHost;

  private CompiledEdits(Set<String> replaced, byte[] lines, List<HeaderEdits.Header> added) {
    this(
        replaced.stream().map(Ascii::bytes).toArray(byte[][]::new),
        lines,
        new FieldList(added),
        replaced.contains("x-forwarded-for"),
        replaced.contains("x-forwarded-proto"),
        replaced.contains("x-forwarded-host"));
  }

  private CompiledEdits(
      byte[][] replaced,
      byte[] lines,
      FieldList added,
      boolean replacesForwardedFor,
      boolean replacesForwardedProto,
      boolean replacesForwardedHost) {
    this.replaced = replaced;
    this.lines = lines;
    this.added = added;
    this.replacesForwardedFor = replacesForwardedFor;
    this.replacesForwardedProto = replacesForwardedProto;
    this.replacesForwardedHost = replacesForwardedHost;
  }

  /**
   * Edits one after the other (the rule's, then the backend's) as one.
   *
   * @throws IllegalArgumentException for a name that is no token or is ours to write (framing,
   *     hop-by-hop, Host), or a value with a control byte or beyond Latin-1
   */
  public static CompiledEdits of(HeaderEdits... inOrder) {
    Set<String> replaced = new LinkedHashSet<>();
    List<HeaderEdits.Header> added = new ArrayList<>();
    for (HeaderEdits edits : inOrder) {
      for (String name : edits.remove()) {
        replace(name, replaced, added);
      }
      for (HeaderEdits.Header header : edits.set()) {
        replace(header.name(), replaced, added);
        added.add(header);
      }
      added.addAll(edits.add());
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (HeaderEdits.Header header : added) {
      lines.writeBytes(Ascii.bytes(checkedName(header.name())));
      lines.writeBytes(Ascii.bytes(": "));
      lines.writeBytes(Ascii.bytes(checkedValue(header.name(), header.value())));
      lines.writeBytes(Ascii.bytes("\r\n"));
    }
    return new CompiledEdits(replaced, lines.toByteArray(), added);
  }

  /** These, and then others. */
  public CompiledEdits then(CompiledEdits more) {
    byte[][] all = Arrays.copyOf(replaced, replaced.length + more.replaced.length);
    System.arraycopy(more.replaced, 0, all, replaced.length, more.replaced.length);
    byte[] both = Arrays.copyOf(lines, lines.length + more.lines.length);
    System.arraycopy(more.lines, 0, both, lines.length, more.lines.length);
    return new CompiledEdits(
        all,
        both,
        added.then(more.added),
        replacesForwardedFor || more.replacesForwardedFor,
        replacesForwardedProto || more.replacesForwardedProto,
        replacesForwardedHost || more.replacesForwardedHost);
  }

  private static void replace(String name, Set<String> replaced, List<HeaderEdits.Header> added) {
    replaced.add(checkedName(name).toLowerCase(Locale.ROOT));
    added.removeIf(header -> header.name().equalsIgnoreCase(name));
  }

  static String checkedName(String name) {
    boolean token = !name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      token &= name.charAt(i) < 128 && Ascii.token((byte) name.charAt(i));
    }
    if (!token) {
      throw new IllegalArgumentException("header name '" + name + "' is no token");
    }
    byte id = KnownHeader.of(Ascii.bytes(name), 0, name.length());
    if (KnownHeader.hopByHop(id)
        || id == KnownHeader.HOST
        || id == KnownHeader.CONTENT_LENGTH
        || id == KnownHeader.TRANSFER_ENCODING
        || id == KnownHeader.TRAILER) {
      throw new IllegalArgumentException("header '" + name + "' is the proxy's own to write");
    }
    return name;
  }

  static String checkedValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) > 255 || !Ascii.value((byte) value.charAt(i))) {
        throw new IllegalArgumentException(
            "header '" + name + "': its value's character " + (i + 1) + " cannot stand in a head");
      }
    }
    return value;
  }

  /** Gives what is added to an encoding other than HTTP/1.1's. */
  void fields(FieldSink sink) {
    added.to(sink);
  }

  boolean replaces(byte[] lowerName) {
    for (byte[] name : replaced) {
      if (Arrays.equals(name, lowerName)) {
        return true;
      }
    }
    return false;
  }

  boolean replaces(Head head, int header) {
    for (byte[] name : replaced) {
      if (Ascii.equalsLower(head.bytes, head.nameStart[header], head.nameEnd[header], name)) {
        return true;
      }
    }
    return false;
  }
}
