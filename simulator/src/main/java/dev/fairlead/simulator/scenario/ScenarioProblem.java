package dev.fairlead.simulator.scenario;

/**
 * What is wrong with a scenario, where, and how to mend it. The path is that of the document's
 * field below {@code spec}, such as {@code traffic[0].service}, so that whoever read the document
 * can say the line.
 */
public final class ScenarioProblem extends IllegalArgumentException {
  private final String path;
  private final String what;
  private final String mend;

  public ScenarioProblem(String path, String what, String mend) {
    super(path + ": " + what + " (" + mend + ")");
    this.path = path;
    this.what = what;
    this.mend = mend;
  }

  public String path() {
    return path;
  }

  public String what() {
    return what;
  }

  public String mend() {
    return mend;
  }
}
