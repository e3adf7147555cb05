package dev.fairlead.proxy.http1;

/** What the headers of a well-formed head mean together: framing, host, connection options. */
final class HeadRules {
  private static final byte[] CHUNKED = Ascii.bytes("chunked");
  private static final byte[] CLOSE = Ascii.bytes("close");
  private static final byte[] KEEP_ALIVE = Ascii.bytes("keep-alive");
  private static final byte[] UPGRADE = Ascii.bytes("upgrade");
  private static final byte[] H2C = Ascii.bytes("h2c");
  private static final byte[] CONTINUE = Ascii.bytes("100-continue");

  /** Bits of {@link #options}. */
  private static final int HAS_CLOSE = 1;

  private static final int HAS_KEEP_ALIVE = 2;
  private static final int HAS_UPGRADE = 4;

  /**
   * What Connection may name, its own options included. Ordinary peers name two or three; each
   * costs a look at all headers, and a head has room for thousands.
   */
  private static final int MAX_OPTIONS = 32;

  /** 18 digits always fit a long. */
  private static final int MAX_LENGTH_DIGITS = 18;

  private HeadRules() {}

  static Reject request(byte[] bytes, RequestHead head) {
    Reject reject = framing(bytes, head);
    if (reject == Reject.NONE) {
      reject = host(bytes, head);
    }
    if (reject != Reject.NONE) {
      return reject;
    }
    for (int i = 0; i < head.count; i++) {
      if (head.known[i] == KnownHeader.EXPECT) {
        if (!Ascii.equalsLower(bytes, head.valueStart[i], head.valueEnd[i], CONTINUE)) {
          return Reject.UNKNOWN_EXPECT;
        }
        // HTTP/1.0 knows no interim answers, so that its Expect means nothing (RFC 9110 §10.1.1).
        head.expectContinue = head.minor == 1;
        head.dropped[i] |= head.minor == 0;
      }
    }
    if (head.framing == Framing.UNTIL_CLOSE || head.contentLength == 0) {
      head.framing = Framing.NONE;
    }
    int options = options(bytes, head);
    if (options < 0) {
      return Reject.TOO_MANY_HEADERS;
    }
    // With a body it would be unclear whose the bytes behind the head are.
    if (head.method != Method.GET || head.framing != Framing.NONE || head.minor == 0) {
      options &= ~HAS_UPGRADE;
    }
    apply(bytes, head, options);
    return Reject.NONE;
  }

  static Reject response(byte[] bytes, boolean headRequest, ResponseHead head) {
    Reject reject = framing(bytes, head);
    if (reject != Reject.NONE) {
      return reject;
    }
    int status = head.status;
    if (status < 200 || status == 204) {
      if (head.framing == Framing.CHUNKED || head.contentLength > 0) {
        return Reject.BODY_NOT_ALLOWED;
      }
      head.framing = Framing.NONE;
    } else if (headRequest || status == 304) {
      head.framing = Framing.NONE;
    }
    int options = options(bytes, head);
    if (options < 0) {
      return Reject.TOO_MANY_HEADERS;
    }
    // Elsewhere it is an offer that holds for the upstream's own connection only.
    if (status != 101) {
      options &= ~HAS_UPGRADE;
    }
    apply(bytes, head, options);
    head.keepAlive &= head.framing != Framing.UNTIL_CLOSE;
    return status == 101 && head.upgradeIndex < 0 ? Reject.BAD_UPGRADE : Reject.NONE;
  }

  /** Content-Length and Transfer-Encoding; neither: {@link Framing#UNTIL_CLOSE}. */
  private static Reject framing(byte[] bytes, Head head) {
    boolean chunked = false;
    for (int i = 0; i < head.count; i++) {
      byte id = head.known[i];
      if (id == KnownHeader.CONTENT_LENGTH) {
        if (head.contentLength >= 0) {
          return Reject.DUPLICATE_CL;
        }
        head.contentLength = length(bytes, head.valueStart[i], head.valueEnd[i]);
        if (head.contentLength < 0) {
          return Reject.BAD_CL;
        }
      } else if (id == KnownHeader.TRANSFER_ENCODING) {
        if (chunked) {
          return Reject.DUPLICATE_TE;
        }
        if (!Ascii.equalsLower(bytes, head.valueStart[i], head.valueEnd[i], CHUNKED)) {
          return badCoding(bytes, head.valueStart[i], head.valueEnd[i]);
        }
        chunked = true;
      }
    }
    if (chunked && head.contentLength >= 0) {
      return Reject.CL_AND_TE;
    }
    if (chunked && head.minor == 0) {
      return Reject.TE_IN_1_0;
    }
    head.framing =
        chunked ? Framing.CHUNKED : head.contentLength >= 0 ? Framing.LENGTH : Framing.UNTIL_CLOSE;
    return Reject.NONE;
  }

  /** Digits without sign or leading zero; −1 for anything else. */
  private static long length(byte[] bytes, int from, int to) {
    if (from == to || to - from > MAX_LENGTH_DIGITS || (bytes[from] == '0' && to - from > 1)) {
      return -1;
    }
    long length = 0;
    for (int at = from; at < to; at++) {
      if (!Ascii.digit(bytes[at])) {
        return -1;
      }
      length = length * 10 + bytes[at] - '0';
    }
    return length;
  }

  /**
   * A coding that is not {@code chunked} alone. Well formed, with chunked at most once and last, it
   * is one that we do not know (501); else nobody can tell where the body ends (400).
   */
  private static Reject badCoding(byte[] bytes, int from, int to) {
    int start = from;
    while (true) {
      int end = start;
      while (end < to && Ascii.token(bytes[end])) {
        end++;
      }
      if (end == start) {
        return Reject.BAD_TE;
      }
      boolean chunked = Ascii.equalsLower(bytes, start, end, CHUNKED);
      while (end < to && (bytes[end] == ' ' || bytes[end] == '\t')) {
        end++;
      }
      if (end == to) {
        return Reject.UNKNOWN_TE;
      }
      if (chunked || bytes[end] != ',') {
        return Reject.BAD_TE;
      }
      start = end + 1;
      while (start < to && (bytes[start] == ' ' || bytes[start] == '\t')) {
        start++;
      }
    }
  }

  private static Reject host(byte[] bytes, RequestHead head) {
    int host = -1;
    for (int i = 0; i < head.count; i++) {
      if (head.known[i] == KnownHeader.HOST) {
        if (host >= 0) {
          return Reject.DUPLICATE_HOST;
        }
        host = i;
      }
    }
    if (host < 0) {
      return Reject.MISSING_HOST;
    }
    int from = head.valueStart[host];
    int to = head.valueEnd[host];
    int end = Authority.hostEnd(bytes, from, to);
    if (end < 0) {
      return Reject.BAD_HOST;
    }
    boolean absolute = head.authorityEnd > head.authorityStart;
    if (absolute
        && !Authority.same(
            bytes,
            from,
            end,
            to,
            head.authorityStart,
            head.hostEnd,
            head.authorityEnd,
            TargetParser.defaultPort(bytes, head))) {
      return Reject.HOST_MISMATCH;
    }
    head.authorityStart = from;
    head.authorityEnd = to;
    // The root's dot makes no other name of it.
    head.hostEnd = bytes[end - 1] == '.' ? end - 1 : end;
    return Reject.NONE;
  }

  /**
   * Reads all Connection lines, marks the headers that they name, returns what else they say; −1 if
   * they name more than {@link #MAX_OPTIONS}.
   */
  private static int options(byte[] bytes, Head head) {
    int options = 0;
    int named = 0;
    for (int i = 0; i < head.count; i++) {
      if (head.known[i] != KnownHeader.CONNECTION) {
        continue;
      }
      int to = head.valueEnd[i];
      for (int at = head.valueStart[i]; at < to; ) {
        int start = at;
        while (at < to && Ascii.token(bytes[at])) {
          at++;
        }
        if (at == start) {
          at++;
          continue;
        }
        if (++named > MAX_OPTIONS) {
          return -1;
        }
        if (Ascii.equalsLower(bytes, start, at, CLOSE)) {
          options |= HAS_CLOSE;
        } else if (Ascii.equalsLower(bytes, start, at, KEEP_ALIVE)) {
          options |= HAS_KEEP_ALIVE;
        } else if (Ascii.equalsLower(bytes, start, at, UPGRADE)) {
          options |= HAS_UPGRADE;
        } else {
          dropNamed(bytes, start, at, head);
        }
      }
    }
    return options;
  }

  private static void dropNamed(byte[] bytes, int from, int to, Head head) {
    if (KnownHeader.of(bytes, from, to) != KnownHeader.OTHER
        || KnownHeader.isProtected(bytes, from, to)) {
      return;
    }
    for (int i = 0; i < head.count; i++) {
      if (head.nameEnd[i] - head.nameStart[i] == to - from
          && Ascii.equalsIgnoreCase(bytes, head.nameStart[i], bytes, from, to - from)) {
        head.dropped[i] = true;
      }
    }
  }

  private static void apply(byte[] bytes, Head head, int options) {
    head.keepAlive =
        (options & HAS_CLOSE) == 0 && (head.minor == 1 || (options & HAS_KEEP_ALIVE) != 0);
    if ((options & HAS_UPGRADE) != 0) {
      head.upgradeIndex = upgrade(bytes, head);
    }
  }

  /** The only Upgrade header, if it names one protocol and that is not h2c, which we refuse. */
  private static int upgrade(byte[] bytes, Head head) {
    int found = -1;
    for (int i = 0; i < head.count; i++) {
      if (head.known[i] == KnownHeader.UPGRADE) {
        if (found >= 0) {
          return -1;
        }
        found = i;
      }
    }
    if (found < 0 || head.valueStart[found] == head.valueEnd[found]) {
      return -1;
    }
    int from = head.valueStart[found];
    int to = head.valueEnd[found];
    for (int at = from; at < to; at++) {
      if (!Ascii.token(bytes[at])) {
        return -1;
      }
    }
    return Ascii.equalsLower(bytes, from, to, H2C) ? -1 : found;
  }
}
