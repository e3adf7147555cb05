package dev.fairlead.app.operate;

import dev.fairlead.app.control.OrderRefused;
import dev.fairlead.app.report.CostReport;
import dev.fairlead.app.report.Proposal;
import dev.fairlead.app.state.Sources;
import dev.fairlead.app.state.TrafficLedger;
import dev.fairlead.balancer.endpoint.ServiceName;
import java.time.Duration;
import java.util.Optional;

/** What operators ask before and after an order; {@code service} is {@code [namespace/]name}. */
public final class Questions {
  private final Sources sources;

  public Questions(Sources sources) {
    this.sources = sources;
  }

  /** Whether an answer is to be had there. */
  public static boolean takes(String path) {
    return switch (path) {
      case "/api/status",
          "/api/versions",
          "/api/explain/weights",
          "/api/proposals",
          "/api/report",
          "/report" ->
          true;
      default -> false;
    };
  }

  /**
   * The answer at a path that {@link #takes} the question.
   *
   * @param since seconds that a report looks back
   */
  public Answer answer(String path, Optional<String> service, Optional<String> since) {
    try {
      Optional<ServiceName> name = service.map(text -> Steered.known(sources, text));
      return switch (path) {
        case "/api/status" -> Answer.of(StatusView.of(sources));
        case "/api/versions" -> Answer.of(VersionList.of(sources, name));
        case "/api/proposals" -> Answer.of(Proposal.of(sources, name));
        case "/api/report", "/report" -> Answer.of(CostReport.of(sources, name, back(since)));
        default -> Answer.of(WeightReasons.of(sources, explained(service)));
      };
    } catch (Steered.Unknown e) {
      return new Answer(404, String.valueOf(e.getMessage()));
    } catch (OrderRefused e) {
      return new Answer(409, e.why());
    } catch (IllegalArgumentException e) {
      return new Answer(400, String.valueOf(e.getMessage()));
    }
  }

  private static Duration back(Optional<String> seconds) {
    if (seconds.isEmpty()) {
      return Duration.ofHours(1);
    }
    long longest = TrafficLedger.LONGEST.toSeconds();
    if (!seconds.get().matches("[0-9]{1,6}")
        || Long.parseLong(seconds.get()) < 1
        || Long.parseLong(seconds.get()) > longest) {
      throw new IllegalArgumentException(
          "'" + seconds.get() + "' is no time to look back: 1…" + longest + " seconds");
    }
    return Duration.ofSeconds(Long.parseLong(seconds.get()));
  }

  private Steered explained(Optional<String> service) {
    return Steered.named(
        sources, service.orElseThrow(() -> new OrderRefused("which service? (?service=NAME)")));
  }
}
