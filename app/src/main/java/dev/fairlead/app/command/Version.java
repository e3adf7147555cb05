package dev.fairlead.app.command;

/** Which Fairlead this is. */
public final class Version {
  private Version() {}

  /** From the jar's manifest; {@code dev} where it runs from classes. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
