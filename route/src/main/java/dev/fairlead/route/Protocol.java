package dev.fairlead.route;

/** What the endpoints of a backend speak. */
public enum Protocol {
  HTTP1,
  /** HTTP/2 in clear text, known beforehand (RFC 9113 §3.3). */
  H2C
}
