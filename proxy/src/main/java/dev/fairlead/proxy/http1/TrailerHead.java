package dev.fairlead.proxy.http1;

import java.util.Arrays;

/** The fields behind a body, held to the same rules as a head's. */
public final class TrailerHead extends Head {
  public TrailerHead(int maxHeaders) {
    super(maxHeaders);
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
