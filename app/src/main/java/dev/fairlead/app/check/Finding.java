package dev.fairlead.app.check;

/**
 * What one check found.
 *
 * @param id by which it can be named in a ticket; stable
 * @param what was found
 * @param hint what to do; empty where nothing is to be done
 */
public record Finding(String id, Result result, String what, String hint) {
  /** How a check ended. */
  public enum Result {
    OK,
    /** It works, and will not always or not well. */
    WARNING,
    FAILED
  }

  static Finding ok(String id, String what) {
    return new Finding(id, Result.OK, what, "");
  }

  static Finding warning(String id, String what, String hint) {
    return new Finding(id, Result.WARNING, what, hint);
  }

  static Finding failed(String id, String what, String hint) {
    return new Finding(id, Result.FAILED, what, hint);
  }
}
