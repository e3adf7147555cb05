package dev.fairlead.app.log;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * What the operator should know, a line each: {@code time level message key=value}. Values with
 * anything but plain characters are quoted and escaped, so that no input can forge a line.
 */
public final class OperatorLog {
  private final PrintStream out;
  private final Clock clock;

  public OperatorLog(PrintStream out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  /**
   * Something happened that is part of normal life.
   *
   * @param fields names and values in turn
   */
  public void info(String message, Object... fields) {
    line(Level.INFO, message, fields);
  }

  /** Something needs the operator's eye; traffic goes on. */
  public void warn(String message, Object... fields) {
    line(Level.WARN, message, fields);
  }

  /** Something failed. */
  public void error(String message, Object... fields) {
    line(Level.ERROR, message, fields);
  }

  private void line(Level level, String message, Object... fields) {
    StringBuilder line = new StringBuilder(128);
    line.append(Instant.now(clock).truncatedTo(ChronoUnit.MILLIS));
    line.append(' ').append(level.name().toLowerCase(Locale.ROOT));
    line.append(' ').append(escape(message));
    for (int i = 0; i + 1 < fields.length; i += 2) {
      line.append(' ').append(fields[i]).append('=').append(value(String.valueOf(fields[i + 1])));
    }
    out.println(line);
  }

  private static String value(String text) {
    boolean plain = !text.isEmpty();
    for (int i = 0; plain && i < text.length(); i++) {
      char c = text.charAt(i);
      plain = c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
    }
    return plain ? text : '"' + escape(text).replace("\"", "\\\"") + '"';
  }

  private static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        safe.append("\\n");
      } else if (c == '\\') {
        safe.append("\\\\");
      } else if (Character.isISOControl(c)) {
        safe.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        safe.append(c);
      }
    }
    return safe.toString();
  }

  private enum Level {
    INFO,
    WARN,
    ERROR
  }
}
