package dev.fairlead.telemetry.query;

import java.io.Serial;

/** A query set that cannot be used: {@code where: what is wrong (what to do)}. */
public final class BadTemplate extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final String where;
  private final String what;

  BadTemplate(String where, String what, String mend) {
    super(where + ": " + what + " (" + mend + ")");
    this.where = where;
    this.what = what + " (" + mend + ")";
  }

  /** The same, found at that place of a file. */
  BadTemplate in(String file, int line, int column) {
    return new BadTemplate(file + ":" + line + ":" + column + ": " + where, what);
  }

  private BadTemplate(String where, String what) {
    super(where + ": " + what);
    this.where = where;
    this.what = what;
  }

  /** The field, without a file. */
  String where() {
    return where;
  }
}
