package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.Ascii;
import dev.fairlead.proxy.http1.FieldRules;
import java.util.Arrays;

/** The fields that every HPACK peer knows by number (RFC 7541, appendix A), as ready lines. */
final class StaticTable {
  /** Entries are numbered from 1; the dynamic table's follow. */
  static final int SIZE = 61;

  private static final String[] FIELDS = {
    ":authority",
    ":method: GET",
    ":method: POST",
    ":path: /",
    ":path: /index.html",
    ":scheme: http",
    ":scheme: https",
    ":status: 200",
    ":status: 204",
    ":status: 206",
    ":status: 304",
    ":status: 400",
    ":status: 404",
    ":status: 500",
    "accept-charset",
    "accept-encoding: gzip, deflate",
    "accept-language",
    "accept-ranges",
    "accept",
    "access-control-allow-origin",
    "age",
    "allow",
    "authorization",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-range",
    "content-type",
    "cookie",
    "date",
    "etag",
    "expect",
    "expires",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "last-modified",
    "link",
    "location",
    "max-forwards",
    "proxy-authenticate",
    "proxy-authorization",
    "range",
    "referer",
    "refresh",
    "retry-after",
    "server",
    "set-cookie",
    "strict-transport-security",
    "transfer-encoding",
    "user-agent",
    "vary",
    "via",
    "www-authenticate",
  };

  static final int AUTHORITY = 1;
  static final int METHOD_GET = 2;
  static final int METHOD_POST = 3;
  static final int PATH_ROOT = 4;
  static final int SCHEME_HTTP = 6;
  static final int SCHEME_HTTPS = 7;
  static final int STATUS_200 = 8;

  /** {@code name: value\r\n} of each entry. */
  static final byte[][] LINES = new byte[SIZE + 1][];

  static final int[] NAME_LENGTHS = new int[SIZE + 1];
  static final byte[] KINDS = new byte[SIZE + 1];

  /** Entries of regular fields by a hash of their names, as {@link #slot} walks them; 0: none. */
  private static final byte[] SLOTS = new byte[256];

  static {
    Arrays.setAll(LINES, i -> new byte[0]);
    for (int i = 1; i <= SIZE; i++) {
      String field = FIELDS[i - 1];
      int colon = field.indexOf(':', 1);
      int nameLength = colon < 0 ? field.length() : colon;
      LINES[i] = Ascii.bytes((colon < 0 ? field + ": " : field) + "\r\n");
      NAME_LENGTHS[i] = nameLength;
      KINDS[i] = FieldRules.kind(LINES[i], 0, nameLength);
      if (KINDS[i] >= 0) {
        SLOTS[slot(LINES[i], 0, nameLength)] = (byte) i;
      }
    }
  }

  private StaticTable() {}

  /** The entry of a whole {@code :status}, 0 if there is none. */
  static int status(int status) {
    return switch (status) {
      case 200 -> 8;
      case 204 -> 9;
      case 206 -> 10;
      case 304 -> 11;
      case 400 -> 12;
      case 404 -> 13;
      case 500 -> 14;
      default -> 0;
    };
  }

  /** The entry of a whole {@code :method}, 0 if there is none. */
  static int method(byte[] bytes, int from, int to) {
    if (to - from == 3 && bytes[from] == 'G' && bytes[from + 1] == 'E' && bytes[from + 2] == 'T') {
      return METHOD_GET;
    }
    boolean post =
        to - from == 4
            && bytes[from] == 'P'
            && bytes[from + 1] == 'O'
            && bytes[from + 2] == 'S'
            && bytes[from + 3] == 'T';
    return post ? METHOD_POST : 0;
  }

  /** The entry with this lower-case name of a regular field, 0 if there is none. */
  static int find(byte[] name, int from, int to) {
    return to == from ? 0 : SLOTS[slot(name, from, to)];
  }

  /** Where the name's entry stands, or the free slot where it would. */
  private static int slot(byte[] name, int from, int to) {
    int length = to - from;
    int at = (name[from] * 7 + name[to - 1] * 29 + name[from + length / 2] * 97 + length) & 0xff;
    while (SLOTS[at] != 0) {
      int entry = SLOTS[at];
      if (Arrays.equals(name, from, to, LINES[entry], 0, NAME_LENGTHS[entry])) {
        return at;
      }
      at = (at + 1) & 0xff;
    }
    return at;
  }
}
