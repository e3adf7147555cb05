package dev.fairlead.app.simulate.trace;

/** What is wrong with a trace, in which line, and how to mend it. */
public final class TraceProblem extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int line;
  private final String mend;

  /**
   * @param line from 1; 0 where it concerns the whole file
   */
  TraceProblem(int line, String what, String mend) {
    super(what, null, false, false);
    this.line = line;
    this.mend = mend;
  }

  public int line() {
    return line;
  }

  public String what() {
    return String.valueOf(getMessage());
  }

  public String mend() {
    return mend;
  }
}
