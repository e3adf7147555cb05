package dev.fairlead.app.demo;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/**
 * What the demo shows while it runs, on standard error: on a terminal one line that is written
 * over, elsewhere one line for each phase.
 */
final class Progress {
  /** Fits a terminal of 80 columns with all that stands beside it. */
  private static final int BAR = 8;

  private static final int WIDTH = 79;

  private static final String BOLD = "\u001b[1m";
  private static final String YELLOW = "\u001b[33m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintStream out;
  private final boolean terminal;
  private final boolean colour;
  private final Topology topology;
  private String lastPhase = "";

  /**
   * One look at a running policy.
   *
   * @param answered share of each cluster in the last second's answers
   * @param planned share of each cluster in the plan; empty without one
   */
  record Look(
      DemoPolicy policy,
      long elapsedNanos,
      long totalNanos,
      Script.Phase phase,
      Map<String, Double> answered,
      Map<String, Double> planned,
      double p99Millis) {}

  Progress(PrintStream out, boolean terminal, boolean colour, Topology topology) {
    this.out = out;
    this.terminal = terminal;
    this.colour = colour;
    this.topology = topology;
  }

  /** A line that stays. */
  void say(String line) {
    clear();
    out.println(line);
    out.flush();
  }

  void show(Look look) {
    if (terminal) {
      String line = line(look);
      boolean calm = look.phase() == Script.Phase.CALM;
      String label = look.phase().label();
      out.print('\r' + (colour && !calm ? line.replace(label, YELLOW + label + PLAIN) : line));
      out.flush();
    } else if (!lastPhase.equals(look.policy().id() + look.phase())) {
      lastPhase = look.policy().id() + look.phase();
      out.println(
          String.format(
              Locale.ROOT,
              "%s %.1f s: %s",
              look.policy().id(),
              look.elapsedNanos() / 1e9,
              look.phase().label()));
      out.flush();
    }
  }

  /** The line of a terminal, padded over what stood there before. */
  String line(Look look) {
    double done = Math.clamp((double) look.elapsedNanos() / look.totalNanos(), 0, 1);
    int filled = (int) Math.round(done * BAR);
    String plan = look.planned().isEmpty() ? "" : " plan " + shares(look.planned());
    String text =
        String.format(
            Locale.ROOT,
            "%-7s [%s%s] %2.0f/%.0f s %-17s %s%s  p99 %.0f ms",
            look.policy().id(),
            "#".repeat(filled),
            ".".repeat(BAR - filled),
            look.elapsedNanos() / 1e9,
            look.totalNanos() / 1e9,
            look.phase().label(),
            shares(look.answered()),
            plan,
            look.p99Millis());
    String cut = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
    return String.format("%-" + WIDTH + "s", cut);
  }

  /** Percent by cluster, in the topology's order: {@code 20/60/20}. */
  private String shares(Map<String, Double> shares) {
    StringBuilder text = new StringBuilder();
    for (Topology.Cluster cluster : topology.clusters()) {
      text.append(text.isEmpty() ? "" : "/");
      text.append(Math.round(100 * shares.getOrDefault(cluster.id(), 0.0)));
    }
    return text.toString();
  }

  /** A heading that stays. */
  void head(String line) {
    say(colour ? BOLD + line + PLAIN : line);
  }

  private void clear() {
    if (terminal) {
      out.print('\r' + " ".repeat(WIDTH) + '\r');
    }
  }
}
