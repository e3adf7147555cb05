package dev.fairlead.proxy.http1;

/** The fields behind a body, held to the same rules as a head's. */
public final class TrailerHead extends Head {
  TrailerHead(int maxHeaders) {
    super(maxHeaders);
  }

  /** Whether a field may be passed on: it neither frames, routes nor authorises. */
  public boolean passes(int header) {
    return known[header] == KnownHeader.OTHER
        && !KnownHeader.isProtected(bytes, nameStart[header], nameEnd[header]);
  }
}
