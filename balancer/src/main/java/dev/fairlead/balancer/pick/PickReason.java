package dev.fairlead.balancer.pick;

import java.util.Locale;

/**
 * Why one pick went where it went, in the words of its {@link Explanation} and no more of them: the
 * pool, what was given up to find anybody, the rule. The caller's own object, used for one pick
 * after the other by one thread at a time; to note it costs a few writes and no memory. A pick that
 * is refused leaves what was said of the last one.
 */
public final class PickReason {
  private final Trace trace = Trace.brief();
  private String pool = "";
  private boolean panic;
  private Stage leniency = Stage.ELSEWHERE;
  private String rule = "";

  /** What the text that was made last says; made anew only where the next pick differs. */
  private String saidPool = "";

  private boolean saidPanic;
  private Stage saidLeniency = Stage.ELSEWHERE;
  private String saidRule = "";
  private String text = "";

  /** Forgets the last pick. */
  public void clear() {
    pool = "";
    panic = false;
    leniency = Stage.ELSEWHERE;
    rule = "";
  }

  /** Takes what a pick that was explained anyway says. */
  public void take(Explanation explanation) {
    if (explanation.chosen().isPresent()) {
      pool = explanation.pool();
      panic = explanation.panic();
      leniency = Stage.valueOf(explanation.leniency().toUpperCase(Locale.ROOT));
      rule = explanation.rule();
    }
  }

  /** What the next pick writes down. */
  Trace begin() {
    return trace;
  }

  /** The pick is made: keeps words, and nothing of the snapshot that it was made from. */
  void end() {
    if (trace.chosen() != null) {
      PoolHealth drawn = trace.pool();
      pool = drawn == null ? "" : drawn.pool().name();
      panic = drawn != null && drawn.panics();
      leniency = trace.stage();
      rule = trace.rule();
    }
    trace.clear();
  }

  /**
   * {@code pool: rule}, with {@code panic} and the leniency behind it where the pick had to give
   * something up; empty where nothing was chosen, or by one that cannot say why.
   */
  public String text() {
    if (!rule.equals(saidRule)
        || !pool.equals(saidPool)
        || panic != saidPanic
        || leniency != saidLeniency) {
      saidRule = rule;
      saidPool = pool;
      saidPanic = panic;
      saidLeniency = leniency;
      text = words();
    }
    return text;
  }

  private String words() {
    String found = pool.isEmpty() ? rule : pool + ": " + rule;
    if (leniency == Stage.ELSEWHERE) {
      return panic ? found + " (panic)" : found;
    }
    return found + (panic ? " (panic, " : " (") + leniency.word() + ")";
  }
}
