package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.Reject;
import java.util.Arrays;

/**
 * The fields that the two ends of one direction remember (RFC 7541 §2.3.2), as ready lines {@code
 * name: value\r\n} in one array: what is used again is one copy. A line is smaller than what the
 * field counts for by the specification, so that the table's bound is also that of its memory, but
 * for the array's slack.
 *
 * <p>Entries have a running number; the newest is {@code inserted() − 1}. The number may wrap.
 */
final class DynamicTable {
  /** What a field counts for beside its name and value (§4.1). */
  static final int OVERHEAD = 32;

  private static final int FIRST_BYTES = 512;
  private static final int FIRST_ENTRIES = 16;

  private byte[] lines = new byte[0];
  private int linesEnd;
  private int[] start = new int[0];
  private int[] nameLength = new int[0];
  private int[] valueLength = new int[0];
  private byte[] kind = new byte[0];
  private Reject[] fault = new Reject[0];
  private int inserted;
  private int count;
  private int size;
  private int maxSize;

  DynamicTable(int maxSize) {
    this.maxSize = maxSize;
  }

  int count() {
    return count;
  }

  int size() {
    return size;
  }

  int maxSize() {
    return maxSize;
  }

  /** How many entries there ever were: the next one's number. */
  int inserted() {
    return inserted;
  }

  /** Whether the entry with this number is still there. */
  boolean has(int number) {
    int age = inserted - number;
    return age > 0 && age <= count;
  }

  void resize(int newMaxSize) {
    maxSize = newMaxSize;
    evict(0);
  }

  byte[] lines() {
    return lines;
  }

  int start(int number) {
    return start[number & start.length - 1];
  }

  int nameLength(int number) {
    return nameLength[number & start.length - 1];
  }

  int valueLength(int number) {
    return valueLength[number & start.length - 1];
  }

  byte kind(int number) {
    return kind[number & start.length - 1];
  }

  Reject fault(int number) {
    return fault[number & start.length - 1];
  }

  /**
   * Adds a field and drops the oldest for it. One that is larger than the table empties it, which
   * is no error (§4.4).
   */
  void insert(
      byte[] name,
      int nameFrom,
      int nameTo,
      byte[] value,
      int valueFrom,
      int valueTo,
      byte fieldKind,
      Reject fieldFault) {
    int nameSize = nameTo - nameFrom;
    int valueSize = valueTo - valueFrom;
    int entry = nameSize + valueSize + OVERHEAD;
    evict(entry);
    if (entry > maxSize) {
      return;
    }
    if (count == start.length) {
      grow();
    }
    reserve(nameSize + valueSize + 4);
    int slot = inserted & start.length - 1;
    start[slot] = linesEnd;
    nameLength[slot] = nameSize;
    valueLength[slot] = valueSize;
    kind[slot] = fieldKind;
    fault[slot] = fieldFault;
    size += entry;
    count++;
    inserted++;
    append(name, nameFrom, nameSize, ':', ' ');
    append(value, valueFrom, valueSize, '\r', '\n');
  }

  private void append(byte[] from, int at, int length, char then, char last) {
    System.arraycopy(from, at, lines, linesEnd, length);
    lines[linesEnd + length] = (byte) then;
    lines[linesEnd + length + 1] = (byte) last;
    linesEnd += length + 2;
  }

  private void evict(int room) {
    while (count > 0 && size + room > maxSize) {
      int oldest = inserted - count;
      size -= nameLength(oldest) + valueLength(oldest) + OVERHEAD;
      count--;
    }
    if (count == 0) {
      linesEnd = 0;
    }
  }

  /** Makes room behind the last line: by moving the living to the front if that frees half. */
  private void reserve(int length) {
    if (lines.length - linesEnd >= length) {
      return;
    }
    int first = count == 0 ? linesEnd : start(inserted - count);
    int living = linesEnd - first;
    byte[] to = lines;
    if (2 * (living + length) > lines.length) {
      to = new byte[Math.max(FIRST_BYTES, 2 * Math.max(lines.length, living + length))];
    }
    System.arraycopy(lines, first, to, 0, living);
    for (int number = inserted - count; number != inserted; number++) {
      start[number & start.length - 1] -= first;
    }
    lines = to;
    linesEnd = living;
  }

  private void grow() {
    int old = start.length;
    int capacity = Math.max(FIRST_ENTRIES, 2 * old);
    int[] oldStart = start;
    int[] oldName = nameLength;
    int[] oldValue = valueLength;
    byte[] oldKind = kind;
    Reject[] oldFault = fault;
    start = new int[capacity];
    nameLength = new int[capacity];
    valueLength = new int[capacity];
    kind = new byte[capacity];
    fault = new Reject[capacity];
    Arrays.fill(fault, Reject.NONE);
    for (int number = inserted - count; number != inserted; number++) {
      int from = number & old - 1;
      int to = number & capacity - 1;
      start[to] = oldStart[from];
      nameLength[to] = oldName[from];
      valueLength[to] = oldValue[from];
      kind[to] = oldKind[from];
      fault[to] = oldFault[from];
    }
  }
}
