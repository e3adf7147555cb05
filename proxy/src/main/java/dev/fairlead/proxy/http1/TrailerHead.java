package dev.fairlead.proxy.http1;

/** The fields behind a chunked body, held to the same rules as a head's. */
final class TrailerHead extends Head {
  TrailerHead(int maxHeaders) {
    super(maxHeaders);
  }
}
