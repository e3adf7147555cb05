package dev.fairlead.app.control;

/** Why an operator's order cannot be taken as things stand now; in words, for him. */
public final class OrderRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  public OrderRefused(String why) {
    super(why);
  }

  /** In words. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
