package dev.fairlead.proxy.exchange;

import java.util.Locale;

/** How a connection ended that was led as it is, from its start or from a 101 on. */
public enum TunnelEnd {
  /** Each side had said all, and the other heard it. */
  WHOLE,
  /** The client went away, or broke. */
  CLIENT,
  /** The endpoint did. */
  ENDPOINT,
  /** No byte moved for too long. */
  IDLE,
  /** The proxy went, or took another configuration. */
  CUT,
  /** No endpoint was reached. */
  UNREACHED;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** How spans call it. */
  String word() {
    return word;
  }
}
