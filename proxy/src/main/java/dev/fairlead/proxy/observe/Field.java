package dev.fairlead.proxy.observe;

/** One header line; the value of one that is hidden is {@link #HIDDEN}. */
public record Field(String name, String value) {
  public static final String HIDDEN = "(hidden)";
}
