package dev.fairlead.app.command;

/** Exit codes: those of sysexits.h where it has one. */
public final class Exit {
  public static final int OK = 0;

  /** A check or an expectation failed. */
  public static final int FAILED = 1;

  public static final int USAGE = 64;

  /** Bad documents. */
  public static final int DOCUMENTS = 65;

  /** Something needed is not there: a port is taken, the admin API does not answer. */
  public static final int UNAVAILABLE = 69;

  public static final int INTERNAL = 70;

  private Exit() {}
}
