package dev.fairlead.app.simulate.trace;

import dev.fairlead.balancer.hash.XxHash64;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.simulator.scenario.Trace;
import java.util.Optional;

/**
 * The compact trace: {@code offsetMicros,cluster,service,class[,bytesOut,bytesIn[,serviceMicros[,
 * key]]]}, a request a line. An empty column is unknown. A first line of names and lines that begin
 * with {@code #} are no requests.
 */
final class Columns implements Row.Reader {
  private static final String NAMES = "offsetMicros,cluster,service,class";
  private static final int LEAST = 4;
  private static final int MOST = 8;

  /** A year of microseconds: any longer and it is no offset. */
  private static final long MOST_MICROS = 366L * 24 * 3600 * 1_000_000;

  private static final long MOST_BYTES = 1L << 40;

  @Override
  public Optional<Row> read(String line, int number) {
    if (line.startsWith("#") || line.startsWith(NAMES)) {
      return Optional.empty();
    }
    String[] columns = line.split(",", -1);
    if (columns.length < LEAST || columns.length > MOST) {
      throw new TraceProblem(
          number,
          columns.length + " columns",
          "write " + NAMES + "[,bytesOut,bytesIn[,serviceMicros[,key]]]");
    }
    long at = number(columns, 0, "offsetMicros", MOST_MICROS, number);
    if (at == Trace.UNKNOWN) {
      throw new TraceProblem(number, "offsetMicros is empty", "write when it arrived");
    }
    long serviceMicros = number(columns, 6, "serviceMicros", MOST_MICROS, number);
    String key = columns.length > 7 ? columns[7] : "";
    return Optional.of(
        new Row(
            columns[1],
            columns[2],
            at,
            number(columns, 3, "class", 7, number),
            key.isEmpty() ? Trace.UNKNOWN : key(key),
            number(columns, 4, "bytesOut", MOST_BYTES, number),
            number(columns, 5, "bytesIn", MOST_BYTES, number),
            serviceMicros == Trace.UNKNOWN ? Trace.UNKNOWN : serviceMicros * 1000));
  }

  /** A key's hash, which is never the word for none. */
  static long key(String text) {
    long hash = XxHash64.hash(text, 0);
    return hash == Trace.UNKNOWN ? 0 : hash;
  }

  private static long number(String[] columns, int column, String name, long most, int line) {
    String text = column < columns.length ? columns[column].strip() : "";
    if (text.isEmpty()) {
      return Trace.UNKNOWN;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as what is out of range.
    }
    throw new TraceProblem(
        line, name + " " + Quoted.of(text), "write a whole number from 0 to " + most);
  }
}
