package dev.fairlead.kubernetes.report;

import dev.fairlead.kubernetes.watch.Judged;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * Events about objects that are refused: one for each change of why, found again by its name, and
 * no more than a few at once.
 */
final class Events {
  /** At once; more say nothing that the status does not. */
  private static final int MOST = 20;

  /** Until one more may be written. */
  private static final Duration EACH = Duration.ofSeconds(5);

  /** Of the name before the digest; the API takes 253 characters. */
  private static final int MAX_NAME = 230;

  private final KubernetesClient client;
  private final InstantSource clock;
  private int left = MOST;
  private Instant filled;

  Events(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
    this.filled = clock.instant();
  }

  /** Writes it if it is refused, of a kind that people write, and not said yet. */
  void refused(Judged judged) {
    if (judged.refused().isEmpty() || !isWritten(judged) || !mayWrite()) {
      return;
    }
    String namespace = judged.name().namespace().isEmpty() ? "default" : judged.name().namespace();
    try {
      client.v1().events().inNamespace(namespace).resource(event(judged, namespace)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      // Said already, maybe by the leader before.
    }
  }

  /** By people: a controller's slices change by themselves, and others' Services may be others'. */
  private static boolean isWritten(Judged judged) {
    return switch (judged.name().kind()) {
      case "EndpointSlice", "Service", "Node" -> false;
      default -> true;
    };
  }

  private boolean mayWrite() {
    Instant now = clock.instant();
    long more = Duration.between(filled, now).dividedBy(EACH);
    if (more > 0) {
      left = (int) Math.min(MOST, left + more);
      filled = filled.plus(EACH.multipliedBy(more));
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }

  private Event event(Judged judged, String namespace) {
    String message = Statuses.said(judged.refused());
    String name = judged.name().name();
    String base = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
    long digest = 31L * judged.uid().hashCode() + message.hashCode();
    String now = clock.instant().toString();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(base + "." + String.format(Locale.ROOT, "%016x", digest))
        .endMetadata()
        .withType("Warning")
        .withReason("Refused")
        .withMessage(message.substring(0, Math.min(message.length(), 1024)))
        .withNewInvolvedObject()
        .withApiVersion(judged.resource().apiVersion())
        .withKind(judged.name().kind())
        .withNamespace(judged.name().namespace())
        .withName(name)
        .withUid(judged.uid())
        .endInvolvedObject()
        .withNewSource()
        .withComponent(Reporter.MANAGER)
        .endSource()
        .withReportingComponent(Statuses.CONTROLLER)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .build();
  }
}
