package dev.fairlead.kubernetes.lead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.ApiServer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.MockApi;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A text at the leader lock, against fabric8's mock and, where there is one, a real server. */
class LeaseNoteTest {
  private final MockApi api = new MockApi();
  private final LeaseNote note =
      new LeaseNote(new Cluster(api.client()), "fairlead", "lock", "fairlead.dev/note");

  @AfterEach
  void stop() {
    api.close();
  }

  private void lease() {
    api.client()
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withNamespace("fairlead")
                .withName("lock")
                .addToAnnotations("other", "stays")
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity("somebody")
                .withLeaseTransitions(7)
                .endSpec()
                .build())
        .create();
  }

  @Test
  void withoutALeaseThereIsNoneAndItCannotBeWritten() throws Exception {
    assertThat(note.read()).isEmpty();
    assertThatThrownBy(() -> note.replace(Optional.empty(), "text"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no Lease fairlead/lock yet");
  }

  @Test
  void itIsReplacedByWhoeverKnowsWhatIsThere() throws Exception {
    lease();

    assertThat(note.replace(Optional.empty(), "one")).isTrue();
    assertThat(note.read()).contains("one");
    assertThat(note.replace(Optional.empty(), "two")).isFalse();
    assertThat(note.replace(Optional.of("one"), "two")).isTrue();
    assertThat(note.read()).contains("two");
  }

  /** Deleting a Lease is how people free a lock. */
  @Test
  void itOutlivesTheLeaseAndEndsWhereItIsTakenAway() throws Exception {
    lease();
    note.replace(Optional.empty(), "one");
    api.client().leases().inNamespace("fairlead").withName("lock").delete();
    assertThat(note.read()).contains("one");

    lease();
    LeaseNote another =
        new LeaseNote(new Cluster(api.client()), "fairlead", "lock", "fairlead.dev/note");
    assertThat(another.read()).isEmpty();
    assertThat(note.read()).contains("one");
    assertThat(another.read()).contains("one");

    api.client()
        .leases()
        .inNamespace("fairlead")
        .withName("lock")
        .edit(
            lease ->
                new LeaseBuilder(lease)
                    .editMetadata()
                    .removeFromAnnotations("fairlead.dev/note")
                    .endMetadata()
                    .build());
    assertThat(note.read()).isEmpty();
  }

  @Test
  void theLockItselfStaysAsItIs() throws Exception {
    lease();
    note.replace(Optional.empty(), "one");

    Lease lease = api.client().leases().inNamespace("fairlead").withName("lock").get();
    assertThat(lease.getSpec().getHolderIdentity()).isEqualTo("somebody");
    assertThat(lease.getSpec().getLeaseTransitions()).isEqualTo(7);
    assertThat(lease.getMetadata().getAnnotations())
        .isEqualTo(Map.of("other", "stays", "fairlead.dev/note", "one"));
  }

  @Test
  void aRenewalInBetweenIsNoMatter() throws Exception {
    lease();
    api.server()
        .expect()
        .put()
        .withPath("/apis/coordination.k8s.io/v1/namespaces/fairlead/leases/lock")
        .andReturn(409, new StatusBuilder().withCode(409).withReason("Conflict").build())
        .times(2);

    assertThat(note.replace(Optional.empty(), "one")).isTrue();
    assertThat(note.read()).contains("one");
  }

  @Test
  void theHolderRenewsARealLeaseAndLosesNothing() throws Exception {
    ApiServer.assumeAvailable();
    Cluster cluster = new Cluster(ApiServer.shared().client());
    String name = "lock-" + UUID.randomUUID();
    LeaseNote here = new LeaseNote(cluster, "default", name, "fairlead.dev/note");
    ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    try (LeaderLock lock =
        new LeaderLock(
            cluster,
            "default",
            name,
            "holder",
            new LeaseTimes(Duration.ofSeconds(60), Duration.ofSeconds(40), Duration.ofMillis(5)),
            System::nanoTime,
            Clock.systemUTC(),
            Timer.on(executor),
            () -> 0,
            new LeaderLock.Listener() {
              @Override
              public void changed(OptionalLong term) {}

              @Override
              public void failed(String why) {}
            })) {
      lock.start();
      await().atMost(Duration.ofMinutes(1)).until(lock::isLeader);
      Optional<String> before = Optional.empty();
      int written = 0;
      // With a renewal each few milliseconds an attempt may be in vain, but never half done.
      for (int i = 0; i < 50; i++) {
        try {
          assertThat(here.replace(before, "note " + i)).isTrue();
          before = Optional.of("note " + i);
          written++;
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("changed all the time");
        }
      }
      assertThat(written).isPositive();
      assertThat(here.read()).isEqualTo(before);
      assertThat(lock.isLeader()).isTrue();
      assertThat(lock.term()).hasValue(1);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void whatTheApiServerWouldNotTakeIsRefused() {
    lease();
    assertThatThrownBy(
            () -> note.replace(Optional.empty(), "x".repeat(LeaseNote.MOST_CHARACTERS + 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too long");
  }
}
