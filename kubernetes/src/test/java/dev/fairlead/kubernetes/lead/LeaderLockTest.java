package dev.fairlead.kubernetes.lead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.MockApi;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a look at the lock may meet. */
class LeaderLockTest {
  private final List<String> failures = new ArrayList<>();
  private final Deque<Runnable> due = new ArrayDeque<>();

  @Test
  void aNoteThatIsWrittenAtTheLeaseMeanwhileDoesNotKeepItFromBeingRemoved() {
    try (MockApi api = new MockApi()) {
      LeaderLock lock = lock(api);
      lock.start();
      due.remove().run();
      assertThat(lock.isLeader()).isTrue();
      api.server()
          .expect()
          .delete()
          .withPath("/apis/coordination.k8s.io/v1/namespaces/fairlead/leases/lock")
          .andReturn(409, new StatusBuilder().withCode(409).withReason("Conflict").build())
          .times(2);

      assertThat(lock.remove()).isTrue();

      assertThat(failures).isEmpty();
      assertThat(api.client().leases().inNamespace("fairlead").list().getItems()).isEmpty();
    }
  }

  private LeaderLock lock(MockApi api) {
    return new LeaderLock(
        new Cluster(api.client()),
        "fairlead",
        "lock",
        "me",
        LeaseTimes.DEFAULT,
        () -> 0,
        Clock.systemUTC(),
        (delay, task) -> {
          due.add(task);
          return () -> {};
        },
        () -> 0,
        new LeaderLock.Listener() {
          @Override
          public void changed(OptionalLong term) {}

          @Override
          public void failed(String why) {
            failures.add(why);
          }
        });
  }

  /** And told once, not every two seconds for as long as it lasts. */
  @Test
  void aTermThatNobodyCanHaveDoesNotEndTheLooks() {
    try (MockApi api = new MockApi()) {
      LeaderLock lock = lock(api);
      lock.surpassed(Long.MAX_VALUE - 1);
      lock.start();

      due.remove().run();
      due.remove().run();

      assertThat(due).hasSize(1);
      assertThat(failures).hasSize(1).first().asString().contains("beyond what a Lease counts");
      assertThat(lock.isLeader()).isFalse();
      lock.close();
    }
  }
}
