package dev.fairlead.kubernetes.lead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.MockApi;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A text at the leader lock, against fabric8's mock. */
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
  void whatTheApiServerWouldNotTakeIsRefused() {
    lease();
    assertThatThrownBy(
            () -> note.replace(Optional.empty(), "x".repeat(LeaseNote.MOST_CHARACTERS + 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too long");
  }
}
