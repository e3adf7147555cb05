package dev.fairlead.simulator.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.simulator.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  @Test
  void eventsComeInTheOrderOfTheirTimesWhateverTheOrderOfTheirAddition() {
    Random random = new Random(Seeds.SEED);
    EventQueue queue = new EventQueue();
    PriorityQueue<Long> expected = new PriorityQueue<>();
    for (int step = 0; step < 200_000; step++) {
      // Grows to thousands, shrinks to none, and has many events of one time.
      boolean add = random.nextInt(100) < (step / 20_000 % 2 == 0 ? 70 : 30);
      if (add) {
        long at = random.nextInt(1000);
        queue.add(at, at * 31);
        expected.add(at);
      } else if (!queue.isEmpty()) {
        long at = expected.remove();
        assertThat(queue.nextAt()).as(Seeds.replay()).isEqualTo(at);
        assertThat(queue.take()).as(Seeds.replay()).isEqualTo(at * 31);
      }
      assertThat(queue.size()).isEqualTo(expected.size());
    }
  }

  @Test
  void eventsOfOneTimeComeInTheSameOrderEachTime() {
    assertThat(drained()).isEqualTo(drained()).containsExactlyInAnyOrderElementsOf(numbers());
  }

  private static List<Long> numbers() {
    List<Long> numbers = new ArrayList<>();
    for (long each = 0; each < 500; each++) {
      numbers.add(each);
    }
    return numbers;
  }

  private static List<Long> drained() {
    EventQueue queue = new EventQueue();
    numbers().forEach(each -> queue.add(7, each));
    List<Long> order = new ArrayList<>();
    while (!queue.isEmpty()) {
      order.add(queue.take());
    }
    return order;
  }

  @Test
  void anEmptyQueueHasNoNextEvent() {
    EventQueue queue = new EventQueue();

    assertThat(queue.nextAt()).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(queue::take).isInstanceOf(IllegalStateException.class);
  }
}
