package dev.fairlead.app.demo;

/** The demo cannot go on: what happened, where to look, and the exit code. */
final class DemoFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  DemoFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
