package dev.fairlead.app.demo;

/** The demo cannot go on: what happened, where to look, and the exit code. */
final class DemoFailure extends RuntimeException {
  /** Something needed is unavailable: a port, a process that does not start. */
  static final int UNAVAILABLE = 69;

  /** Something that should not happen: a child died in the middle. */
  static final int INTERNAL = 70;

  private final int exitCode;

  DemoFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
