package dev.fairlead.proxy.http2;

/**
 * HPACK's Huffman code (RFC 7541, appendix B). It is canonical, so that the lengths of its codes
 * say all. Decoding walks its tree four bits at a time: no code is shorter than five, so that a
 * step yields one symbol at most.
 */
final class Huffman {
  /** The length of each symbol's code, {@code a} for 5 … {@code z} for 30; EOS is the last. */
  private static final String LENGTHS =
      "isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhf"
          + "ibccccccccccccccccccccccdcdioijbkabababbbaccbbbabcbaabccccckgjix"
          + "prpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrs"
          + "vvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwv"
          + "z";

  private static final int EOS = 256;

  /** A state that no input leads out of: EOS in a string is an error (§5.2). */
  private static final int FAILED = 256;

  /** A step: the symbol, whether there is one, and above them the next state. */
  private static final int HAS_SYMBOL = 0x100;

  private static final int STATE_SHIFT = 9;

  /** By state, which is an inner node of the tree, and the next four bits. */
  private static final int[] STEPS = new int[(FAILED + 1) * 16];

  /** Whether a string may end in a state: behind at most seven bits of EOS's own, all ones. */
  private static final boolean[] MAY_END = new boolean[FAILED + 1];

  static {
    int[][] children = tree();
    for (int state = 0; state <= FAILED; state++) {
      for (int nibble = 0; nibble < 16; nibble++) {
        STEPS[state << 4 | nibble] = step(children, state, nibble);
      }
    }
    int state = 0;
    for (int ones = 0; ones <= 7; ones++) {
      MAY_END[state] = true;
      state = children[state][1];
    }
  }

  private Huffman() {}

  /** Each inner node's children: another inner node, or −1 − symbol. The root is 0. */
  private static int[][] tree() {
    int[][] children = new int[EOS][2];
    int nodes = 1;
    int code = 0;
    for (int length = 5; length <= 30; length++) {
      code <<= 1;
      for (int symbol = 0; symbol <= EOS; symbol++) {
        if (LENGTHS.charAt(symbol) - 'a' + 5 != length) {
          continue;
        }
        int node = 0;
        for (int bit = length - 1; bit > 0; bit--) {
          int branch = code >> bit & 1;
          if (children[node][branch] == 0) {
            children[node][branch] = nodes++;
          }
          node = children[node][branch];
        }
        children[node][code & 1] = -1 - symbol;
        code++;
      }
    }
    return children;
  }

  private static int step(int[][] children, int from, int nibble) {
    int node = from;
    int symbol = 0;
    for (int bit = 3; bit >= 0 && node != FAILED; bit--) {
      node = children[node][nibble >> bit & 1];
      if (node == -1 - EOS) {
        node = FAILED;
      } else if (node < 0) {
        symbol = HAS_SYMBOL | (-1 - node);
        node = 0;
      }
    }
    return node << STATE_SHIFT | symbol;
  }

  /** The most bytes that a string of {@code length} bytes may decode to. */
  static int decodedBound(int length) {
    return length * 8 / 5 + 1;
  }

  /**
   * Decodes a whole string.
   *
   * @param out has room for {@link #decodedBound} bytes at {@code at}
   * @return one past the last byte written, −1 if the string is no Huffman code
   */
  static int decode(byte[] in, int from, int to, byte[] out, int at) {
    int state = 0;
    int next = at;
    for (int i = from; i < to; i++) {
      int b = in[i];
      int step = STEPS[state << 4 | (b >> 4 & 0xf)];
      // Written in any case: a branch on whether there is a symbol would be a coin's toss.
      out[next] = (byte) step;
      next += step >> 8 & 1;
      step = STEPS[step >> STATE_SHIFT << 4 | (b & 0xf)];
      out[next] = (byte) step;
      next += step >> 8 & 1;
      state = step >> STATE_SHIFT;
    }
    return MAY_END[state] ? next : -1;
  }
}
