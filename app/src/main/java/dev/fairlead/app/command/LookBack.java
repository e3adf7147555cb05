package dev.fairlead.app.command;

import dev.fairlead.app.state.TrafficLedger;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How far back traffic is known at most: whole seconds, as {@link Durations} writes them. */
public final class LookBack implements ITypeConverter<Duration> {
  private final Durations durations = new Durations();

  @Override
  public Duration convert(String text) {
    Duration back = durations.convert(text);
    if (back.toSeconds() < 1 || back.compareTo(TrafficLedger.LONGEST) > 0) {
      throw new TypeConversionException(
          "'" + text + "' is no time to look back: 1s to " + TrafficLedger.LONGEST.toHours() + "h");
    }
    return back;
  }
}
