package dev.fairlead.proxy.http1;

/** How the end of a message's body is found. */
public enum Framing {
  /** No body at all, whatever a Content-Length says (HEAD, 1xx, 204, 304). */
  NONE,
  /** As many bytes as Content-Length says; 0 is {@link #NONE} for a request. */
  LENGTH,
  CHUNKED,
  /** A response that ends with its connection; never a request. */
  UNTIL_CLOSE
}
