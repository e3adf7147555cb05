package dev.fairlead.telemetry.prometheus;

import java.util.List;
import java.util.Map;

/**
 * What a server answered: an instant vector.
 *
 * @param atSeconds when it was evaluated, by the server's clock; NaN where it is empty. It says
 *     nothing of when the values were measured
 * @param series none where nothing is known, which is no error
 * @param warnings what the server has to say about how it came by them
 */
public record Answer(double atSeconds, List<Series> series, List<String> warnings) {
  public Answer {
    series = List.copyOf(series);
    warnings = List.copyOf(warnings);
  }

  /**
   * One row.
   *
   * @param value any number, NaN and the infinite ones too
   */
  public record Series(Map<String, String> labels, double value) {
    public Series {
      labels = Map.copyOf(labels);
    }
  }
}
