package dev.fairlead.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The parsed head of a message: offsets into the bytes that it was parsed from. One object serves
 * all messages of a connection, one after the other; it is good until the next parse or until the
 * bytes change.
 */
public abstract sealed class Head permits RequestHead, ResponseHead, TrailerHead {
  private static final byte[] NO_BYTES = {};

  byte[] bytes = NO_BYTES;

  /** What a {@link HeadBuilder} laid a head out in, kept for its next one. */
  byte[] own = NO_BYTES;

  int start;
  int end;
  int linesStart;
  int count;
  final int[] nameStart;
  final int[] nameEnd;
  final int[] valueStart;
  final int[] valueEnd;
  final byte[] known;
  final boolean[] dropped;
  int minor;
  Framing framing = Framing.NONE;
  long contentLength;
  boolean keepAlive;
  int upgradeIndex;

  Head(int maxHeaders) {
    nameStart = new int[maxHeaders];
    nameEnd = new int[maxHeaders];
    valueStart = new int[maxHeaders];
    valueEnd = new int[maxHeaders];
    known = new byte[maxHeaders];
    dropped = new boolean[maxHeaders];
  }

  /** Lets go of the bytes, of which a {@link HeadBuilder} keeps its own unless they are many. */
  public final void release() {
    clear(NO_BYTES, 0, 0);
    if (own.length > HeadBuilder.KEPT_BYTES) {
      own = NO_BYTES;
    }
  }

  /** Takes a header, for which there must be room. */
  final void add(int nameFrom, int nameTo, int valueFrom, int valueTo, byte id) {
    int i = count;
    nameStart[i] = nameFrom;
    nameEnd[i] = nameTo;
    valueStart[i] = valueFrom;
    valueEnd[i] = valueTo;
    known[i] = id;
    dropped[i] = KnownHeader.hopByHop(id);
    count = i + 1;
  }

  /** What all offsets are offsets into. */
  public final byte[] bytes() {
    return bytes;
  }

  /** Where the start line starts. */
  public final int start() {
    return start;
  }

  /** One past the empty line: where a body starts. */
  public final int end() {
    return end;
  }

  public final int headerCount() {
    return count;
  }

  public final int nameStart(int header) {
    return nameStart[header];
  }

  public final int nameEnd(int header) {
    return nameEnd[header];
  }

  /** Without the white space around the value. */
  public final int valueStart(int header) {
    return valueStart[header];
  }

  public final int valueEnd(int header) {
    return valueEnd[header];
  }

  /**
   * One of {@link KnownHeader}'s ids; {@link KnownHeader#OTHER} for names that mean nothing to us.
   */
  public final byte known(int header) {
    return known[header];
  }

  /** Whether the header is not passed on: hop-by-hop by nature, by {@code Connection}, or by us. */
  public final boolean dropped(int header) {
    return dropped[header];
  }

  /** Makes the writer leave a header out. */
  public final void drop(int header) {
    dropped[header] = true;
  }

  /** 0 or 1: HTTP/1.0 or HTTP/1.1. */
  public final int minorVersion() {
    return minor;
  }

  public final Framing framing() {
    return framing;
  }

  /** Content-Length, −1 without one. Not a body's length where framing is {@link Framing#NONE}. */
  public final long contentLength() {
    return contentLength;
  }

  /** Whether the peer will take (or send) another message on this connection. */
  public final boolean keepAlive() {
    return keepAlive;
  }

  /** Index of the Upgrade header where the message asks for (or agrees to) one we pass; else −1. */
  public final int upgradeHeader() {
    return upgradeIndex;
  }

  /** First header with this known id, −1 if there is none. */
  public final int find(byte knownId) {
    for (int i = 0; i < count; i++) {
      if (known[i] == knownId) {
        return i;
      }
    }
    return -1;
  }

  /** First header at or after {@code from} with this lower-case name, −1 if there is none. */
  public final int find(byte[] lowerName, int from) {
    for (int i = from; i < count; i++) {
      if (nameEnd[i] - nameStart[i] == lowerName.length
          && Ascii.equalsLower(bytes, nameStart[i], lowerName)) {
        return i;
      }
    }
    return -1;
  }

  public final String name(int header) {
    return text(nameStart[header], nameEnd[header]);
  }

  /** The value as a string of one char a byte, made anew by each call. */
  public final String value(int header) {
    return text(valueStart[header], valueEnd[header]);
  }

  final String text(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Takes over all of a head that has no more headers than there is room for, and its bytes. */
  final void copy(Head head) {
    bytes = Arrays.copyOf(head.bytes, head.end);
    start = head.start;
    end = head.end;
    linesStart = head.linesStart;
    count = head.count;
    System.arraycopy(head.nameStart, 0, nameStart, 0, count);
    System.arraycopy(head.nameEnd, 0, nameEnd, 0, count);
    System.arraycopy(head.valueStart, 0, valueStart, 0, count);
    System.arraycopy(head.valueEnd, 0, valueEnd, 0, count);
    System.arraycopy(head.known, 0, known, 0, count);
    System.arraycopy(head.dropped, 0, dropped, 0, count);
    minor = head.minor;
    framing = head.framing;
    contentLength = head.contentLength;
    keepAlive = head.keepAlive;
    upgradeIndex = head.upgradeIndex;
  }

  void clear(byte[] buffer, int from, int to) {
    bytes = buffer;
    start = from;
    end = to;
    linesStart = from;
    count = 0;
    minor = 1;
    framing = Framing.NONE;
    contentLength = -1;
    keepAlive = false;
    upgradeIndex = -1;
  }
}
