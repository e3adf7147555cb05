package dev.fairlead.proxy.http1;

import java.util.Arrays;

/** The fields behind a body, held to the same rules as a head's. */
public final class TrailerHead extends Head {
  public TrailerHead(int maxHeaders) {
    super(maxHeaders);
  }

  /**
   * Fields of our own, which are good for as long as one likes.
   *
   * @param fields names in lower case, each before its value
   */
  public static TrailerHead of(String... fields) {
    StringBuilder lines = new StringBuilder();
    TrailerHead made = new TrailerHead(fields.length / 2);
    for (int i = 0; i < made.nameStart.length; i++) {
      made.nameStart[i] = lines.length();
      made.nameEnd[i] = lines.append(fields[2 * i]).length();
      made.valueStart[i] = lines.append(": ").length();
      made.valueEnd[i] = lines.append(fields[2 * i + 1]).length();
      made.known[i] = KnownHeader.OTHER;
      lines.append("\r\n");
    }
    byte[] bytes = Ascii.bytes(lines.toString());
    made.clear(bytes, 0, bytes.length);
    made.count = made.nameStart.length;
    return made;
  }

  /** Whether a field may be passed on: it neither frames, routes nor authorises. */
  public boolean passes(int header) {
    return (known[header] == KnownHeader.OTHER || known[header] == KnownHeader.SECRET)
        && !KnownHeader.isProtected(bytes, nameStart[header], nameEnd[header]);
  }

  /** The same fields in bytes of their own, for as long as one likes. */
  public TrailerHead copy() {
    TrailerHead copy = new TrailerHead(count);
    byte[] lines = Arrays.copyOfRange(bytes, start, end);
    copy.clear(lines, 0, lines.length);
    copy.count = count;
    for (int i = 0; i < count; i++) {
      copy.nameStart[i] = nameStart[i] - start;
      copy.nameEnd[i] = nameEnd[i] - start;
      copy.valueStart[i] = valueStart[i] - start;
      copy.valueEnd[i] = valueEnd[i] - start;
      copy.known[i] = known[i];
      copy.dropped[i] = dropped[i];
    }
    return copy;
  }
}
