package dev.fairlead.route;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A hash table from byte strings that is looked up with a range of an array. Immutable. */
final class ByteTable<V> {
  private final byte[][] keys;
  private final Object[] values;
  private final int mask;

  /** Of the keys, in bytes: what is longer need not be hashed. */
  private final int longest;

  private final boolean ignoreCase;

  /**
   * @param ignoreCase for ASCII letters of what is looked up; the entries are then lower case
   */
  ByteTable(Map<String, V> entries, boolean ignoreCase) {
    // At most half full, so that a miss soon meets a gap.
    int size = Math.max(2, Integer.highestOneBit(Math.max(1, entries.size())) * 4);
    this.keys = new byte[size][];
    this.values = new Object[size];
    this.mask = size - 1;
    this.ignoreCase = ignoreCase;
    int longest = -1;
    for (Map.Entry<String, V> entry : entries.entrySet()) {
      byte[] bytes = entry.getKey().getBytes(StandardCharsets.UTF_8);
      longest = Math.max(longest, bytes.length);
      int slot = hash(bytes, 0, bytes.length) & mask;
      while (values[slot] != null) {
        slot = (slot + 1) & mask;
      }
      keys[slot] = bytes;
      values[slot] = entry.getValue();
    }
    this.longest = longest;
  }

  @SuppressWarnings("unchecked")
  @Nullable V get(byte[] bytes, int from, int to) {
    if (to - from > longest) {
      return null;
    }
    int slot = hash(bytes, from, to) & mask;
    while (values[slot] != null) {
      if (equal(keys[slot], bytes, from, to)) {
        return (V) values[slot];
      }
      slot = (slot + 1) & mask;
    }
    return null;
  }

  private int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + fold(bytes[i]);
    }
    return hash ^ hash >>> 16;
  }

  private boolean equal(byte[] key, byte[] bytes, int from, int to) {
    if (key.length != to - from) {
      return false;
    }
    for (int i = 0; i < key.length; i++) {
      if (key[i] != fold(bytes[from + i])) {
        return false;
      }
    }
    return true;
  }

  private byte fold(byte b) {
    return ignoreCase && b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }
}
