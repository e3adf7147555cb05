package dev.fairlead.kubernetes.watch;

import static dev.fairlead.kubernetes.watch.Watching.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.discovery.Timer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReflectorTest {
  private static final WatchedKind SERVICE =
      WatchedKind.ALL.stream().filter(each -> each.kind().equals("Service")).findFirst().get();

  private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);
  private final AtomicReference<String> listed = new AtomicReference<>(list("10", "a"));
  private final FakeApi api;
  private final Told told = new Told();
  private final Reflector reflector;

  ReflectorTest() throws IOException {
    api =
        new FakeApi(
            query -> "second".equals(query.get("continue")) ? list("20", "z") : listed.get());
    Timer timer =
        (delay, task) -> Timer.on(executor).after(delay, () -> Thread.startVirtualThread(task));
    Backoff quick = new Backoff(Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(50));
    reflector =
        new Reflector(
            api.client(), SERVICE, Optional.empty(), Optional.empty(), told, timer, quick, () -> 0);
  }

  @AfterEach
  void close() {
    reflector.close();
    api.close();
    executor.shutdownNow();
  }

  private static String list(String version, String... names) {
    return page(version, "", names);
  }

  private static String page(String version, String next, String... names) {
    List<String> items = java.util.Arrays.stream(names).map(each -> object(each, version)).toList();
    return """
        {"kind": "ServiceList", "apiVersion": "v1",
         "metadata": {"resourceVersion": "%s", "continue": "%s"}, "items": [%s]}
        """
        .formatted(version, next, String.join(",", items));
  }

  private static String object(String name, String version) {
    return """
        {"kind": "Service", "apiVersion": "v1", "metadata": {"namespace": "shop", "name": "%s", \
        "uid": "uid-%s", "resourceVersion": "%s"}}"""
        .formatted(name, name, version);
  }

  private static String event(String type, String name, String version) {
    return "{\"type\": \"" + type + "\", \"object\": " + object(name, version) + "}";
  }

  private static final String EXPIRED =
      """
      {"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", "status": "Failure", \
      "reason": "Expired", "code": 410, "message": "too old resource version"}}""";

  @Test
  void goesOnWhereTheWatchEnded() {
    reflector.start();
    soon(() -> assertThat(api.watches).hasSize(1));
    assertThat(api.watches.getFirst())
        .containsEntry("resourceVersion", "10")
        .containsEntry("allowWatchBookmarks", "true");

    api.events.add(event("ADDED", "b", "11"));
    api.events.add(event("BOOKMARK", "", "15"));
    soon(() -> assertThat(told.calls).containsExactly("put a", "keep uid-a", "synced", "put b"));
    api.events.add(FakeApi.END);
    soon(() -> assertThat(api.watches).hasSize(2));

    assertThat(api.watches.get(1)).containsEntry("resourceVersion", "15");
    assertThat(api.lists).hasSize(1);
    api.events.add(event("DELETED", "a", "16"));
    soon(() -> assertThat(told.calls).endsWith("remove a"));
  }

  @Test
  void listsAgainWhenTheServerHasForgottenTheVersion() {
    reflector.start();
    soon(() -> assertThat(api.watches).hasSize(1));

    listed.set(list("30", "c"));
    api.events.add(EXPIRED);
    soon(() -> assertThat(api.watches).hasSize(2));

    assertThat(api.watches.get(1)).containsEntry("resourceVersion", "30");
    assertThat(told.calls).endsWith("put c", "keep uid-c", "synced");
  }

  @Test
  void listsAgainWhenWatchesSayNothing() {
    reflector.start();
    soon(() -> assertThat(api.watches).hasSize(1));
    listed.set(list("30", "c"));
    api.events.add(FakeApi.END);
    api.events.add(FakeApi.END);
    soon(() -> assertThat(api.watches.getLast()).containsEntry("resourceVersion", "30"));
    assertThat(told.calls).endsWith("put c", "keep uid-c", "synced");
  }

  @Test
  void readsAListPageByPage() {
    listed.set(page("20", "second", "a", "b"));
    reflector.start();
    soon(() -> assertThat(api.watches).hasSize(1));

    assertThat(api.lists).hasSize(2).allMatch(query -> query.get("limit").equals("500"));
    assertThat(told.calls)
        .containsExactly("put a", "put b", "put z", "keep uid-a uid-b uid-z", "synced");
  }

  @Test
  void keepsWhatItSawWhileAnswersAreNonsense() {
    reflector.start();
    soon(() -> assertThat(api.watches).hasSize(1));
    listed.set("no JSON");
    api.events.add(EXPIRED);
    soon(() -> assertThat(told.calls).anyMatch(each -> each.startsWith("trouble Service")));
    assertThat(told.calls.stream().filter(each -> each.startsWith("keep"))).hasSize(1);

    listed.set(list("40", "a"));
    soon(() -> assertThat(told.calls).endsWith("synced", "trouble "));
  }

  private static final class Told implements Reflector.Sink {
    final List<String> calls = new CopyOnWriteArrayList<>();

    @Override
    public void put(GenericKubernetesResource object, String version) {
      calls.add("put " + object.getMetadata().getName());
    }

    @Override
    public void remove(GenericKubernetesResource object) {
      calls.add("remove " + object.getMetadata().getName());
    }

    @Override
    public void keepOnly(Set<String> uids) {
      calls.add("keep " + String.join(" ", uids.stream().sorted().toList()));
    }

    @Override
    public void synced() {
      calls.add("synced");
    }

    @Override
    public void trouble(String what) {
      calls.add("trouble " + what);
    }
  }

  @Test
  void waitsLongerAfterEachFailureAndNeverAsLongAsTheOthers() {
    Backoff backoff = Backoff.DEFAULT;
    assertThat(backoff.after(0, () -> 0)).isEqualTo(Duration.ofMillis(500));
    assertThat(backoff.after(3, () -> 0)).isEqualTo(Duration.ofSeconds(4));
    assertThat(backoff.after(1000, () -> 0)).isEqualTo(Duration.ofSeconds(15));
    assertThat(backoff.after(1000, () -> -1))
        .isBetween(Duration.ofSeconds(29), Duration.ofSeconds(30));
  }
}
