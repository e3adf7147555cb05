package dev.fairlead.discovery.certificate;

/** A certificate or key that cannot be used: what is wrong, and what to do. */
public final class BadCertificate extends RuntimeException {
  private final String hint;

  BadCertificate(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  /** Empty where nothing helps. */
  public String hint() {
    return hint;
  }
}
