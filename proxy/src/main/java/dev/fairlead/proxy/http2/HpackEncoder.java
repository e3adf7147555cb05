package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.Ascii;
import dev.fairlead.proxy.http1.FieldSink;
import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.http1.Reject;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Compresses the fields of one direction of a connection (RFC 7541) into a block.
 *
 * <p>A field enters the table when it is seen for the second time, so that what never repeats
 * pushes nothing out; credentials and cookies never do. Strings are not Huffman-coded: what repeats
 * is one byte either way, and for the rest time is dearer than bytes.
 */
final class HpackEncoder implements FieldSink {
  /** The largest table that we keep, whatever the peer would allow: memory for each connection. */
  static final int MAX_TABLE = 4096;

  /** Slots of the lookups: a few for each field that a table of usual fields holds. */
  private static final int SLOTS = 128;

  private static final int SLOT_SHIFT = 25;

  /** A block larger than it gives its array back. */
  private static final int KEPT_BYTES = 8 * 1024;

  private static final int FIRST_BYTES = 512;
  private static final int NAME_PRIME = 31;
  private static final long PRIME = 0x9e3779b97f4a7c15L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final int INDEXED = 0x80;
  private static final int INSERTED = 0x40;
  private static final int NEVER = 0x10;
  private static final int PLAIN = 0x00;

  private final boolean secure;
  private final DynamicTable table = new DynamicTable(MAX_TABLE);

  /** The last number of a field, and of a name, with a hash; it may long be gone. */
  private final int[] byField = new int[SLOTS];

  private final int[] byName = new int[SLOTS];

  /** The last hash of a field that was in no table. */
  private final int[] seen = new int[SLOTS];

  /** The smallest and the last size that the peer set since the last block; −1: none. */
  private int leastSize = -1;

  private int lastSize = -1;
  private byte[] block = new byte[FIRST_BYTES];
  private int at;
  private byte[] lowered = new byte[64];
  private final byte[] digits = new byte[3];

  /**
   * @param secure whether requests go over TLS: their scheme
   */
  HpackEncoder(boolean secure) {
    this.secure = secure;
  }

  /** The peer set how large its table may be (SETTINGS_HEADER_TABLE_SIZE). */
  void peerLimit(long limit) {
    int size = (int) Math.min(limit, MAX_TABLE);
    if (size == table.maxSize() && lastSize < 0) {
      return;
    }
    leastSize = leastSize < 0 ? size : Math.min(leastSize, size);
    lastSize = size;
  }

  DynamicTable table() {
    return table;
  }

  /**
   * Begins a block.
   *
   * @param offset bytes left free in front of it
   */
  void begin(int offset) {
    if (block.length > KEPT_BYTES) {
      block = new byte[FIRST_BYTES];
    }
    at = offset;
    if (lastSize >= 0) {
      if (leastSize < lastSize) {
        table.resize(leastSize);
        integer(0x20, 5, leastSize);
      }
      table.resize(lastSize);
      integer(0x20, 5, lastSize);
      leastSize = -1;
      lastSize = -1;
    }
  }

  /** The block, from the offset that it began with. */
  byte[] bytes() {
    return block;
  }

  int end() {
    return at;
  }

  @Override
  public void status(int status) {
    int index = StaticTable.status(status);
    if (index > 0) {
      integer(INDEXED, 7, index);
      return;
    }
    digits[0] = (byte) ('0' + status / 100);
    digits[1] = (byte) ('0' + status / 10 % 10);
    digits[2] = (byte) ('0' + status % 10);
    pseudo(StaticTable.STATUS_200, digits, 0, 3);
  }

  @Override
  public void method(byte[] bytes, int from, int to) {
    int index = StaticTable.method(bytes, from, to);
    if (index > 0) {
      integer(INDEXED, 7, index);
    } else {
      pseudo(StaticTable.METHOD_GET, bytes, from, to);
    }
    integer(INDEXED, 7, secure ? StaticTable.SCHEME_HTTPS : StaticTable.SCHEME_HTTP);
  }

  @Override
  public void authority(byte[] bytes, int from, int to) {
    pseudo(StaticTable.AUTHORITY, bytes, from, to);
  }

  @Override
  public void path(byte[] bytes, int from, int to) {
    if (to - from == 1 && bytes[from] == '/') {
      integer(INDEXED, 7, StaticTable.PATH_ROOT);
    } else {
      pseudo(StaticTable.PATH_ROOT, bytes, from, to);
    }
  }

  private void pseudo(int index, byte[] value, int from, int to) {
    int nameLength = StaticTable.NAME_LENGTHS[index];
    field(index, StaticTable.LINES[index], nameLength, index, value, from, to);
  }

  @Override
  public void field(
      byte id, byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo) {
    int length = nameTo - nameFrom;
    if (lowered.length < length) {
      lowered = new byte[2 * length];
    }
    int hash = 0;
    for (int i = 0; i < length; i++) {
      byte b = Ascii.lower(name[nameFrom + i]);
      lowered[i] = b;
      hash = hash * NAME_PRIME + b;
    }
    int index = StaticTable.find(lowered, 0, length);
    if (KnownHeader.secret(id)) {
      literal(NEVER, 4, index, lowered, length, value, valueFrom, valueTo);
    } else {
      field(index, lowered, length, hash, value, valueFrom, valueTo);
    }
  }

  private void field(
      int staticName, byte[] name, int nameLength, int nameHash, byte[] value, int from, int to) {
    int hash = hash(nameHash, value, from, to);
    int slot = hash >>> SLOT_SHIFT;
    int number = byField[slot];
    if (table.has(number) && same(number, name, nameLength, value, from, to)) {
      integer(INDEXED, 7, index(number));
      return;
    }
    int index = staticName;
    int nameSlot = nameHash * NAME_PRIME * NAME_PRIME & SLOTS - 1;
    if (index == 0 && table.has(byName[nameSlot]) && named(byName[nameSlot], name, nameLength)) {
      index = index(byName[nameSlot]);
    }
    if (seen[slot] != hash || !fits(nameLength + to - from)) {
      seen[slot] = hash;
      literal(PLAIN, 4, index, name, nameLength, value, from, to);
      return;
    }
    literal(INSERTED, 6, index, name, nameLength, value, from, to);
    byField[slot] = table.inserted();
    byName[nameSlot] = table.inserted();
    table.insert(name, 0, nameLength, value, from, to, KnownHeader.OTHER, Reject.NONE);
  }

  /** Whether a field is worth a place: one that takes half of the table drives out too many. */
  private boolean fits(int length) {
    return length + DynamicTable.OVERHEAD <= table.maxSize() / 2;
  }

  private int index(int number) {
    return StaticTable.SIZE + table.inserted() - number;
  }

  private boolean named(int number, byte[] name, int length) {
    int start = table.start(number);
    return table.nameLength(number) == length
        && Arrays.equals(table.lines(), start, start + length, name, 0, length);
  }

  private boolean same(int number, byte[] name, int nameLength, byte[] value, int from, int to) {
    int start = table.start(number) + nameLength + 2;
    return table.valueLength(number) == to - from
        && named(number, name, nameLength)
        && Arrays.equals(table.lines(), start, start + to - from, value, from, to);
  }

  private static int hash(int nameHash, byte[] value, int from, int to) {
    long hash = nameHash + PRIME;
    int i = from;
    for (; to - i >= Long.BYTES; i += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(value, i)) * PRIME;
      hash ^= hash >>> 32;
    }
    for (; i < to; i++) {
      hash = (hash ^ value[i]) * PRIME;
    }
    return (int) ((hash * PRIME) >>> 32);
  }

  private void literal(
      int form,
      int prefixBits,
      int index,
      byte[] name,
      int nameLength,
      byte[] value,
      int from,
      int to) {
    integer(form, prefixBits, index);
    if (index == 0) {
      string(name, 0, nameLength);
    }
    string(value, from, to);
  }

  private void string(byte[] bytes, int from, int to) {
    int length = to - from;
    integer(0, 7, length);
    reserve(length);
    System.arraycopy(bytes, from, block, at, length);
    at += length;
  }

  /** Writes an integer (§5.1) behind the bits of a form. */
  private void integer(int form, int prefixBits, int value) {
    reserve(6);
    int mask = (1 << prefixBits) - 1;
    if (value < mask) {
      block[at++] = (byte) (form | value);
      return;
    }
    block[at++] = (byte) (form | mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      block[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    block[at++] = (byte) rest;
  }

  private void reserve(int length) {
    if (block.length - at < length) {
      block = Arrays.copyOf(block, Math.max(2 * block.length, at + length));
    }
  }
}
