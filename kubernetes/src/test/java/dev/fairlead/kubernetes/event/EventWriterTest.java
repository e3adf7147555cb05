package dev.fairlead.kubernetes.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.fairlead.kubernetes.MockApi;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.event.EventWriter.About;
import dev.fairlead.kubernetes.event.EventWriter.Tone;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How often something is said, and in how many events. */
class EventWriterTest {
  private static final About WEB =
      new About("split.smi-spec.io/v1alpha1", new ObjectName("TrafficSplit", "shop", "web"), "u1");
  private static final About API =
      new About("split.smi-spec.io/v1alpha1", new ObjectName("TrafficSplit", "shop", "api"), "u2");

  private Instant now = Instant.parse("2026-11-22T01:00:00Z");
  private final InstantSource clock = () -> now;

  private static List<Event> events(MockApi api) {
    return api.client().v1().events().inNamespace("shop").list().getItems();
  }

  @Test
  void whatHappensAgainIsCountedInOneEvent() {
    try (MockApi api = new MockApi()) {
      EventWriter writer = new EventWriter(api.client(), "fairlead.dev/test", clock);
      for (int i = 1; i <= 3; i++) {
        writer.again(WEB, Tone.NORMAL, "Changed", "change " + i);
        now = now.plusSeconds(10);
      }
      writer.again(API, Tone.WARNING, "Changed", "another's");

      assertThat(events(api))
          .extracting(Event::getMessage, Event::getCount, Event::getType)
          .containsExactlyInAnyOrder(
              tuple("change 3", 3, "Normal"), tuple("another's", 1, "Warning"));
      Event web = events(api).stream().filter(each -> each.getCount() == 3).findAny().orElseThrow();
      assertThat(web.getFirstTimestamp()).isEqualTo("2026-11-22T01:00:00Z");
      assertThat(web.getLastTimestamp()).isEqualTo("2026-11-22T01:00:20Z");
      assertThat(web.getInvolvedObject().getUid()).isEqualTo("u1");
    }
  }

  @Test
  void anEventThatTheServerForgotIsWrittenAnew() {
    try (MockApi api = new MockApi()) {
      EventWriter writer = new EventWriter(api.client(), "fairlead.dev/test", clock);
      writer.again(WEB, Tone.NORMAL, "Changed", "first");
      api.client().v1().events().inNamespace("shop").delete();

      writer.again(WEB, Tone.NORMAL, "Changed", "second");

      assertThat(events(api)).extracting(Event::getMessage).containsExactly("second");
    }
  }

  @Test
  void whoForgotHowOftenCountsInTheSameEvent() {
    try (MockApi api = new MockApi()) {
      EventWriter writer = new EventWriter(api.client(), "fairlead.dev/test", clock);
      writer.again(WEB, Tone.NORMAL, "Changed", "first");
      for (int i = 0; i < 10_000; i++) {
        About other = new About(API.apiVersion(), API.name(), "other-" + i);
        writer.again(other, Tone.NORMAL, "Changed", "others'");
      }
      now = now.plusSeconds(60);

      writer.again(WEB, Tone.NORMAL, "Changed", "second");

      assertThat(events(api))
          .filteredOn(event -> event.getInvolvedObject().getUid().equals("u1"))
          .extracting(Event::getMessage)
          .containsExactly("second");
    }
  }

  @Test
  void aStormIsToldInPartAndCountedWhole() {
    try (MockApi api = new MockApi()) {
      EventWriter writer = new EventWriter(api.client(), "fairlead.dev/test", clock);
      for (int i = 1; i <= 100; i++) {
        writer.again(WEB, Tone.NORMAL, "Changed", "change " + i);
      }
      assertThat(events(api)).extracting(Event::getMessage).containsExactly("change 20");

      now = now.plusSeconds(5);
      writer.again(WEB, Tone.NORMAL, "Changed", "change 101");
      writer.again(WEB, Tone.NORMAL, "Changed", "change 102");
      assertThat(events(api))
          .extracting(Event::getMessage, Event::getCount)
          .containsExactly(tuple("change 101", 101));
    }
  }

  @Test
  void theSameSaidOnceIsOneEvent() {
    try (MockApi api = new MockApi()) {
      EventWriter writer = new EventWriter(api.client(), "fairlead.dev/test", clock);
      EventWriter next = new EventWriter(api.client(), "fairlead.dev/test", clock);
      writer.once(WEB, Tone.WARNING, "Refused", "so");
      next.once(WEB, Tone.WARNING, "Refused", "so");
      next.once(WEB, Tone.WARNING, "Refused", "otherwise");

      assertThat(events(api))
          .extracting(Event::getMessage)
          .containsExactlyInAnyOrder("so", "otherwise");
    }
  }
}
