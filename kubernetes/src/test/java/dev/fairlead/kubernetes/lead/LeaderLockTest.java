package dev.fairlead.kubernetes.lead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.MockApi;
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
  void aTermThatNobodyCanHaveDoesNotEndTheLooks() {
    try (MockApi api = new MockApi()) {
      LeaderLock lock =
          new LeaderLock(
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
      lock.surpassed(Long.MAX_VALUE - 1);
      lock.start();

      due.remove().run();

      assertThat(due).hasSize(1);
      assertThat(failures).hasSize(1).first().asString().contains("beyond what a Lease counts");
      assertThat(lock.isLeader()).isFalse();
      lock.close();
    }
  }
}
