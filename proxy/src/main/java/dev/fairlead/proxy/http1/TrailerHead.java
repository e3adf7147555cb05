package dev.fairlead.proxy.http1;

/** The fields behind a body, held to the same rules as a head's. */
public final class TrailerHead extends Head {
  public TrailerHead(int maxHeaders) {
    super(maxHeaders);
  }
}
