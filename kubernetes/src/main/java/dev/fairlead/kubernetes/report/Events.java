package dev.fairlead.kubernetes.report;

import dev.fairlead.kubernetes.event.EventWriter;
import dev.fairlead.kubernetes.event.EventWriter.About;
import dev.fairlead.kubernetes.event.EventWriter.Tone;
import dev.fairlead.kubernetes.watch.Judged;

/** Events about objects that are refused: one for each change of why. */
final class Events {
  private final EventWriter writer;

  Events(EventWriter writer) {
    this.writer = writer;
  }

  /** Writes it if it is refused, of a kind that people write, and not said yet. */
  void refused(Judged judged) {
    if (!judged.refused().isEmpty() && isWritten(judged)) {
      About about = new About(judged.resource().apiVersion(), judged.name(), judged.uid());
      writer.once(about, Tone.WARNING, "Refused", Statuses.said(judged.refused()));
    }
  }

  /** By people: a controller's slices change by themselves, and others' Services may be others'. */
  private static boolean isWritten(Judged judged) {
    return switch (judged.name().kind()) {
      case "EndpointSlice", "Service", "Node" -> false;
      default -> true;
    };
  }
}
