package dev.fairlead.balancer.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * XXH64, the 64-bit hash of Yann Collet's xxHash: fast on short keys, well spread in every bit, the
 * same on every machine, and what Envoy's and gRPC's rings hash with. Not for adversaries: whoever
 * chooses keys can find collisions. Source: {@code doc/xxhash_spec.md} of the project.
 */
public final class XxHash64 {
  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  /** Bytes that the four lanes take in one turn; shorter input has no lanes. */
  private static final int STRIPE = 4 * Long.BYTES;

  private static final Source<byte[]> BYTES = new Bytes();
  private static final Source<String> ASCII = new Ascii();

  private XxHash64() {}

  /** Of {@code length} bytes from {@code offset} on. */
  public static long hash(byte[] bytes, int offset, int length, long seed) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    return hash(BYTES, bytes, offset, length, seed);
  }

  public static long hash(byte[] bytes, long seed) {
    return hash(BYTES, bytes, 0, bytes.length, seed);
  }

  /** Of the text's UTF-8 form. Allocates nothing where that is ASCII, as a header's value is. */
  public static long hash(String text, long seed) {
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) >= 0x80) {
        return hash(text.getBytes(StandardCharsets.UTF_8), seed);
      }
    }
    return hash(ASCII, text, 0, text.length(), seed);
  }

  /** Of the eight bytes of {@code value}, lowest first. */
  public static long hash(long value, long seed) {
    return avalanche(mixLong(seed + PRIME_5 + Long.BYTES, value));
  }

  private static <T> long hash(Source<T> source, T input, int offset, int length, long seed) {
    int at = offset;
    int end = offset + length;
    long hash = seed + PRIME_5;
    if (length >= STRIPE) {
      long lane1 = seed + PRIME_1 + PRIME_2;
      long lane2 = seed + PRIME_2;
      long lane3 = seed;
      long lane4 = seed - PRIME_1;
      for (; at <= end - STRIPE; at += STRIPE) {
        lane1 = round(lane1, source.longAt(input, at));
        lane2 = round(lane2, source.longAt(input, at + Long.BYTES));
        lane3 = round(lane3, source.longAt(input, at + 2 * Long.BYTES));
        lane4 = round(lane4, source.longAt(input, at + 3 * Long.BYTES));
      }
      hash =
          Long.rotateLeft(lane1, 1)
              + Long.rotateLeft(lane2, 7)
              + Long.rotateLeft(lane3, 12)
              + Long.rotateLeft(lane4, 18);
      hash = merge(merge(merge(merge(hash, lane1), lane2), lane3), lane4);
    }
    hash += length;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      hash = mixLong(hash, source.longAt(input, at));
    }
    if (at <= end - Integer.BYTES) {
      hash ^= (source.intAt(input, at) & 0xffff_ffffL) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      at += Integer.BYTES;
    }
    for (; at < end; at++) {
      hash ^= source.byteAt(input, at) * PRIME_5;
      hash = Long.rotateLeft(hash, 11) * PRIME_1;
    }
    return avalanche(hash);
  }

  private static long round(long lane, long word) {
    return Long.rotateLeft(lane + word * PRIME_2, 31) * PRIME_1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
  }

  private static long mixLong(long hash, long word) {
    return Long.rotateLeft(hash ^ round(0, word), 27) * PRIME_1 + PRIME_4;
  }

  private static long avalanche(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * PRIME_2;
    mixed = (mixed ^ (mixed >>> 29)) * PRIME_3;
    return mixed ^ (mixed >>> 32);
  }

  /** Words of an input, little-endian: so that text need not become an array first. */
  private interface Source<T> {
    long longAt(T input, int at);

    int intAt(T input, int at);

    /** In 0…255. */
    int byteAt(T input, int at);
  }

  private static final class Bytes implements Source<byte[]> {
    private static final VarHandle LONG =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    @Override
    public long longAt(byte[] input, int at) {
      return (long) LONG.get(input, at);
    }

    @Override
    public int intAt(byte[] input, int at) {
      return (int) INT.get(input, at);
    }

    @Override
    public int byteAt(byte[] input, int at) {
      return input[at] & 0xff;
    }
  }

  private static final class Ascii implements Source<String> {
    @Override
    public long longAt(String input, int at) {
      return (intAt(input, at) & 0xffff_ffffL) | ((long) intAt(input, at + Integer.BYTES) << 32);
    }

    @Override
    public int intAt(String input, int at) {
      return input.charAt(at)
          | (input.charAt(at + 1) << 8)
          | (input.charAt(at + 2) << 16)
          | (input.charAt(at + 3) << 24);
    }

    @Override
    public int byteAt(String input, int at) {
      return input.charAt(at);
    }
  }
}
