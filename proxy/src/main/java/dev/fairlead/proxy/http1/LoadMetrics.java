package dev.fairlead.proxy.http1;

import dev.fairlead.balancer.outcome.LoadReport;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint says of its own load beside its answer: the header {@code endpoint-load-metrics}
 * of ORCA (Open Request Cost Aggregation), as {@code TEXT cpu_utilization=0.3, rps_fractional=10}
 * or as {@code JSON {"cpu_utilization": 0.3, "rps_fractional": 10}}. The fields are those of xDS'
 * OrcaLoadReport; of all but the load of the whole endpoint only the form is looked at. The binary
 * form is not read.
 *
 * <p>A number is what JSON has as one and not negative. Whether it can be true is for the balancer
 * to say.
 */
public final class LoadMetrics {
  private static final byte[] HEADER = "endpoint-load-metrics".getBytes(StandardCharsets.US_ASCII);

  private static final String TEXT = "TEXT ";
  private static final String JSON = "JSON ";

  /** More says nothing that is of use, and costs more than the answer is worth. */
  private static final int MOST_CHARACTERS = 4096;

  /** The fields of a load, by index. */
  private static final int APPLICATION = 0;

  private static final int CPU = 1;
  private static final int RPS = 2;
  private static final int RPS_WHOLE = 3;
  private static final int EPS = 4;
  private static final int FIELDS = 5;

  private final String value;
  private final double[] fields = new double[FIELDS];
  private int at;

  private LoadMetrics(String value, int at) {
    this.value = value;
    this.at = at;
  }

  /**
   * What the header says; {@link LoadReport#NONE} without one.
   *
   * @return null where its form is broken
   */
  public static @Nullable LoadReport of(ResponseHead response) {
    int header = response.find(HEADER, 0);
    return header < 0 ? LoadReport.NONE : parse(response.value(header));
  }

  static @Nullable LoadReport parse(String value) {
    if (value.length() > MOST_CHARACTERS) {
      return null;
    }
    LoadMetrics metrics = new LoadMetrics(value, TEXT.length());
    Arrays.fill(metrics.fields, Double.NaN);
    boolean read =
        value.startsWith(TEXT)
            ? metrics.text()
            : value.startsWith(JSON) && metrics.json() && metrics.atEnd();
    return read ? metrics.report() : null;
  }

  /** An application that says 0 says nothing, as protocol buffers have it. */
  private LoadReport report() {
    double application = fields[APPLICATION];
    double rps = fields[RPS];
    return new LoadReport(
        application > 0 ? application : fields[CPU],
        rps > 0 ? rps : fields[RPS_WHOLE],
        fields[EPS]);
  }

  private boolean text() {
    for (String pair : value.substring(at).split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0
          || !keep(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip())) {
        return false;
      }
    }
    return true;
  }

  private boolean json() {
    return object(true);
  }

  /** An object of numbers; the outer one also has objects of numbers. */
  private boolean object(boolean outer) {
    if (!take('{')) {
      return false;
    }
    if (take('}')) {
      return true;
    }
    do {
      String name = name();
      if (name == null || !take(':')) {
        return false;
      }
      boolean nested = outer && peek() == '{';
      boolean read = nested ? object(false) : keep(outer ? name : "", number());
      if (!read) {
        return false;
      }
    } while (take(','));
    return take('}');
  }

  /** Null where there is none. A name with an escape is none that means anything. */
  private @Nullable String name() {
    if (!take('"')) {
      return null;
    }
    int start = at;
    while (at < value.length() && value.charAt(at) != '"') {
      at += value.charAt(at) == '\\' ? 2 : 1;
    }
    if (at >= value.length()) {
      return null;
    }
    return value.substring(start, at++);
  }

  private String number() {
    peek();
    int start = at;
    while (at < value.length() && ",} \t".indexOf(value.charAt(at)) < 0) {
      at++;
    }
    return value.substring(start, at);
  }

  private boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  /** The next character that is no space; 0 at the end. */
  private char peek() {
    while (!ended() && (value.charAt(at) == ' ' || value.charAt(at) == '\t')) {
      at++;
    }
    return ended() ? 0 : value.charAt(at);
  }

  private boolean ended() {
    return at >= value.length();
  }

  private boolean atEnd() {
    return peek() == 0 && ended();
  }

  /** Whether it is a number and none of its field was there before. */
  private boolean keep(String name, String number) {
    if (!isNumber(number)) {
      return false;
    }
    double parsed = Double.parseDouble(number);
    int field = field(name);
    if (parsed == Double.POSITIVE_INFINITY || (field >= 0 && !Double.isNaN(fields[field]))) {
      return false;
    }
    if (field >= 0) {
      fields[field] = parsed;
    }
    return true;
  }

  /** By the name in the protocol and by the one in its JSON; −1 for all that is not read. */
  private static int field(String name) {
    return switch (name) {
      case "application_utilization", "applicationUtilization" -> APPLICATION;
      case "cpu_utilization", "cpuUtilization" -> CPU;
      case "rps_fractional", "rpsFractional" -> RPS;
      case "rps" -> RPS_WHOLE;
      case "eps" -> EPS;
      default -> -1;
    };
  }

  /** Digits, maybe with a point and an exponent: nothing else that Java would take for a number. */
  private static boolean isNumber(String text) {
    int digits = 0;
    boolean point = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c == '.' && !point && digits > 0) {
        point = true;
      } else if ((c == 'e' || c == 'E') && digits > 0) {
        return isExponent(text, i + 1);
      } else {
        return false;
      }
    }
    return digits > 0;
  }

  private static boolean isExponent(String text, int from) {
    int start =
        from < text.length() && (text.charAt(from) == '-' || text.charAt(from) == '+')
            ? from + 1
            : from;
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return start < text.length();
  }
}
