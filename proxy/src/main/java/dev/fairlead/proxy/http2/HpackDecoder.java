package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.FieldRules;
import dev.fairlead.proxy.http1.HeadBuilder;
import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.http1.Reject;

/**
 * Decompresses the field blocks of one direction of a connection (RFC 7541) into the lines of a
 * head. A block is decoded to its end whatever its fields are, or the table would not be the peer's
 * any more; what breaks the compression itself ends the connection.
 */
final class HpackDecoder {
  /** An integer past it cannot be a length or an index of ours. */
  private static final int MAX_INTEGER = 1 << 24;

  private static final int BROKEN = -1;

  private final DynamicTable table;

  /** The largest table that we allow (SETTINGS_HEADER_TABLE_SIZE). */
  private int limit;

  /** Whether the next block has to begin by shrinking the table (§4.2). */
  private boolean owesUpdate;

  private byte[] in = new byte[0];
  private int at;
  private int end;

  /**
   * @param limit the table's size in effect at first: 4096 until a setting is acknowledged
   */
  HpackDecoder(int limit) {
    this.limit = limit;
    table = new DynamicTable(limit);
  }

  /** The peer acknowledged another limit for the table. */
  void limit(int newLimit) {
    limit = newLimit;
    owesUpdate = newLimit < table.maxSize();
  }

  DynamicTable table() {
    return table;
  }

  /**
   * Decodes a whole block.
   *
   * @param to has begun a head; it is not finished here
   * @return whether the block is one; if not, the connection cannot go on
   */
  boolean decode(byte[] block, int from, int upTo, HeadBuilder to) {
    in = block;
    at = from;
    end = upTo;
    if (!updates()) {
      return false;
    }
    while (at < end) {
      int first = in[at++];
      boolean fine =
          first < 0
              ? indexed(integer(first, 7), to)
              : (first & 0x40) != 0
                  ? literal(integer(first, 6), true, false, to)
                  : (first & 0x20) == 0
                      && literal(integer(first, 4), false, (first & 0x10) != 0, to);
      if (!fine) {
        return false;
      }
    }
    return true;
  }

  /** Changes of the table's size stand at the start of a block only (§4.2). */
  private boolean updates() {
    while (at < end && (in[at] & 0xe0) == 0x20) {
      int first = in[at++];
      int size = integer(first, 5);
      if (size == BROKEN || size > limit) {
        return false;
      }
      table.resize(size);
      owesUpdate = false;
    }
    return !owesUpdate;
  }

  /** Reads the rest of an integer (§5.1); {@link #BROKEN} if it is too large or cut off. */
  private int integer(int first, int prefixBits) {
    int mask = (1 << prefixBits) - 1;
    int value = first & mask;
    if (value < mask) {
      return value;
    }
    for (int shift = 0; at < end && shift <= 21; shift += 7) {
      int b = in[at++];
      value += (b & 0x7f) << shift;
      if (b >= 0) {
        return value <= MAX_INTEGER ? value : BROKEN;
      }
    }
    return BROKEN;
  }

  private boolean indexed(int index, HeadBuilder to) {
    if (index <= 0 || index > StaticTable.SIZE + table.count()) {
      return false;
    }
    if (to.discards()) {
      return true;
    }
    if (index <= StaticTable.SIZE) {
      byte[] line = StaticTable.LINES[index];
      System.arraycopy(line, 0, to.room(line.length), to.at(), line.length);
      int name = StaticTable.NAME_LENGTHS[index];
      to.line(StaticTable.KINDS[index], Reject.NONE, name, line.length - name - 4);
    } else {
      int number = number(index);
      int name = table.nameLength(number);
      int value = table.valueLength(number);
      int length = name + value + 4;
      System.arraycopy(table.lines(), table.start(number), to.room(length), to.at(), length);
      to.line(table.kind(number), table.fault(number), name, value);
    }
    return true;
  }

  private int number(int index) {
    return table.inserted() - (index - StaticTable.SIZE);
  }

  private boolean literal(int nameIndex, boolean insert, boolean secret, HeadBuilder to) {
    int nameLength;
    byte kind;
    if (nameIndex == BROKEN || nameIndex > StaticTable.SIZE + table.count()) {
      return false;
    } else if (nameIndex == 0) {
      nameLength = string(to, 0);
      if (nameLength < 0) {
        return false;
      }
      kind = FieldRules.kind(to.room(0), to.at(), to.at() + nameLength);
    } else if (nameIndex <= StaticTable.SIZE) {
      nameLength = StaticTable.NAME_LENGTHS[nameIndex];
      kind = StaticTable.KINDS[nameIndex];
      byte[] line = StaticTable.LINES[nameIndex];
      System.arraycopy(line, 0, to.room(nameLength), to.at(), nameLength);
    } else {
      int number = number(nameIndex);
      nameLength = table.nameLength(number);
      kind = table.kind(number);
      System.arraycopy(
          table.lines(), table.start(number), to.room(nameLength), to.at(), nameLength);
    }
    int valueLength = string(to, nameLength + 2);
    if (valueLength < 0) {
      return false;
    }
    int line = to.at();
    int value = line + nameLength + 2;
    byte[] out = to.room(nameLength + valueLength + 4);
    out[value - 2] = ':';
    out[value - 1] = ' ';
    out[value + valueLength] = '\r';
    out[value + valueLength + 1] = '\n';
    Reject fault = FieldRules.valueFault(out, value, value + valueLength);
    if (insert) {
      int nameEnd = line + nameLength;
      table.insert(out, line, nameEnd, out, value, value + valueLength, kind, fault);
    } else if (secret && kind == KnownHeader.OTHER) {
      kind = KnownHeader.SECRET;
    }
    to.line(kind, fault, nameLength, valueLength);
    return true;
  }

  /**
   * Decodes a string (§5.2) to {@code offset} behind the line's start.
   *
   * @return its length, {@link #BROKEN} if there is none
   */
  private int string(HeadBuilder to, int offset) {
    if (at == end) {
      return BROKEN;
    }
    int first = in[at++];
    int length = integer(first, 7);
    if (length == BROKEN || length > end - at) {
      return BROKEN;
    }
    int from = at;
    at += length;
    int out = to.at() + offset;
    if (first >= 0) {
      System.arraycopy(in, from, to.room(offset + length), out, length);
      return length;
    }
    byte[] room = to.room(offset + Huffman.decodedBound(length));
    int decoded = Huffman.decode(in, from, at, room, out);
    return decoded < 0 ? BROKEN : decoded - out;
  }
}
