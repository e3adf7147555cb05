package dev.fairlead.app.run;

import java.util.List;

/** Why a process could not start: lines for the person who started it. */
public final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final transient List<String> lines;

  /** Whose turn it is to mend it. */
  public enum Kind {
    /** The command line. */
    USAGE,
    /** The documents. */
    DOCUMENTS,
    /** The machine: a port is taken. */
    UNAVAILABLE
  }

  StartFailure(Kind kind, List<String> lines) {
    super(String.join("; ", lines));
    this.kind = kind;
    this.lines = List.copyOf(lines);
  }

  public Kind kind() {
    return kind;
  }

  /** What is wrong and what to do; at least one. */
  public List<String> lines() {
    return lines;
  }
}
