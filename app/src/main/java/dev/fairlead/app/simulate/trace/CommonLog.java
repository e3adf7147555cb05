package dev.fairlead.app.simulate.trace;

import dev.fairlead.simulator.scenario.Trace;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The common log format of web servers, and the combined one, which is the same with more behind:
 * {@code host ident user [time] "request" status bytes}. Its times are whole seconds: {@link
 * Recording} spreads the requests of one over it.
 */
final class CommonLog implements Row.Reader {
  private static final Pattern LINE =
      Pattern.compile(
          "(\\S++) \\S++ [^\\[]*+\\[([^\\]]{1,40})\\] \"(?:[^\"\\\\]|\\\\.)*+\""
              + " ([0-9]{3}) ([0-9]{1,12}|-)(?: .*+)?");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

  @Override
  public Optional<Row> read(String line, int number) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new TraceProblem(
          number,
          "not in the common log format",
          "as: 192.0.2.1 - - [31/Jan/2026:12:00:00 +0000] \"GET / HTTP/1.1\" 200 512");
    }
    long micros;
    try {
      micros = OffsetDateTime.parse(matcher.group(2), TIME).toEpochSecond() * 1_000_000;
    } catch (DateTimeException e) {
      throw new TraceProblem(
          number, "[" + matcher.group(2) + "] is no time", "as [31/Jan/2026:12:00:00 +0000]");
    }
    String bytes = matcher.group(4);
    return Optional.of(
        new Row(
            "",
            "",
            micros,
            Trace.UNKNOWN,
            Columns.key(matcher.group(1)),
            Trace.UNKNOWN,
            bytes.equals("-") ? 0 : Long.parseLong(bytes),
            Trace.UNKNOWN));
  }
}
