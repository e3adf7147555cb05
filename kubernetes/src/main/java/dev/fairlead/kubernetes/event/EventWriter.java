package dev.fairlead.kubernetes.event;

import dev.fairlead.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes events: at most 20 at once, and then one in five seconds. Used by one thread at a time.
 */
public final class EventWriter {
  /** Whether somebody has to do something. */
  public enum Tone {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String word;

    Tone(String word) {
      this.word = word;
    }
  }

  /**
   * An object that something happened to.
   *
   * @param apiVersion as {@code gateway.networking.k8s.io/v1}
   */
  public record About(String apiVersion, ObjectName name, String uid) {
    String namespace() {
      return name.namespace().isEmpty() ? "default" : name.namespace();
    }
  }

  private record Key(String uid, String reason) {}

  /**
   * Events of one reason about one object.
   *
   * @param count of what happened, told or not
   */
  private record Series(Instant first, int count) {}

  /** Of the name before the digest; the API takes 253 characters. */
  private static final int MAX_NAME = 230;

  private static final int MAX_MESSAGE = 1024;

  /** Objects come and go: beyond this many all are counted anew. */
  private static final int MAX_SERIES = 10_000;

  private final KubernetesClient client;
  private final String component;
  private final InstantSource clock;
  private final Allowance allowance;
  private final Instant started;
  private final Map<Key, Series> series = new HashMap<>();

  /**
   * @param component who reports, as {@code fairlead.dev/gateway}
   */
  public EventWriter(KubernetesClient client, String component, InstantSource clock) {
    this.client = client;
    this.component = component;
    this.clock = clock;
    this.allowance = new Allowance(clock);
    this.started = clock.instant();
  }

  /** Says what is so, once for each message, whoever said it. */
  public void once(About about, Tone tone, String reason, String message) {
    if (!allowance.take()) {
      return;
    }
    long digest = 31L * about.uid().hashCode() + message.hashCode();
    Instant now = clock.instant();
    // Not where it was said already, maybe by the leader before.
    var _ = created(event(about, tone, reason, message, digest, new Series(now, 1), now));
  }

  /** Says what has happened again: of an object and a reason there is one event that counts. */
  public void again(About about, Tone tone, String reason, String message) {
    Instant now = clock.instant();
    if (series.size() >= MAX_SERIES) {
      series.clear();
    }
    Series counted =
        series.merge(
            new Key(about.uid(), reason),
            new Series(now, 1),
            (old, one) -> new Series(old.first, old.count + 1));
    if (!allowance.take()) {
      return;
    }
    // Another process counts by itself.
    long digest = 31L * (31L * about.uid().hashCode() + reason.hashCode()) + started.toEpochMilli();
    Event event = event(about, tone, reason, message, digest, counted, now);
    if (counted.count > 1 && count(event)) {
      return;
    }
    if (!created(event)) {
      var _ = count(event); // there were too many to remember how often
    }
  }

  /** False: there is one of its name. */
  private boolean created(Event event) {
    try {
      client.v1().events().inNamespace(event.getMetadata().getNamespace()).resource(event).create();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return false;
    }
  }

  /** Whether the event was there: after an hour without news it is not. */
  private boolean count(Event event) {
    // The client's own way reads first, which nobody needs the right to.
    String path =
        "/api/v1/namespaces/%s/events/%s"
            .formatted(event.getMetadata().getNamespace(), event.getMetadata().getName());
    try {
      client.raw(path, "PUT", event);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private Event event(
      About about,
      Tone tone,
      String reason,
      String message,
      long digest,
      Series counted,
      Instant now) {
    String name = about.name().name();
    String base = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(about.namespace())
        .withName(base + "." + String.format(Locale.ROOT, "%016x", digest))
        .endMetadata()
        .withType(tone.word)
        .withReason(reason)
        .withMessage(message.substring(0, Math.min(message.length(), MAX_MESSAGE)))
        .withNewInvolvedObject()
        .withApiVersion(about.apiVersion())
        .withKind(about.name().kind())
        .withNamespace(about.name().namespace())
        .withName(name)
        .withUid(about.uid())
        .endInvolvedObject()
        .withNewSource()
        .withComponent("fairlead")
        .endSource()
        .withReportingComponent(component)
        .withFirstTimestamp(counted.first.toString())
        .withLastTimestamp(now.toString())
        .withCount(counted.count)
        .build();
  }
}
