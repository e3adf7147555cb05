package dev.fairlead.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.upstream.PriorityLine.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PriorityLineTest {
  private record Waits(int number, int trafficClass) {}

  /** Against a list that is sorted by class, in which equals keep their order. */
  @Test
  void isAListByClassAndTheOrderOfComing() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    PriorityLine<Waits> line = new PriorityLine<>();
    List<Place<Waits>> plain = new ArrayList<>();
    Comparator<Place<Waits>> highest =
        Comparator.comparingInt((Place<Waits> place) -> place.holder.trafficClass).reversed();
    for (int step = 0; step < 20_000; step++) {
      switch (random.nextInt(plain.size() < 50 ? 4 : 6)) {
        case 0, 1, 2 -> {
          Place<Waits> place = new Place<>(new Waits(step, random.nextInt(8)));
          place.trafficClass(place.holder.trafficClass);
          line.add(place);
          plain.add(place);
          plain.sort(highest);
        }
        case 3, 4 -> {
          if (!plain.isEmpty()) {
            Place<Waits> gone = plain.remove(random.nextInt(plain.size()));
            line.remove(gone);
            line.remove(gone);
          }
        }
        default -> assertThat(line.poll()).isEqualTo(plain.removeFirst().holder);
      }
      String replay = "-Dseed=" + seed + " step " + step;
      assertThat(line.size()).as(replay).isEqualTo(plain.size());
      assertThat(line.isEmpty()).as(replay).isEqualTo(plain.isEmpty());
      assertThat(line.first())
          .as(replay)
          .isEqualTo(plain.isEmpty() ? null : plain.getFirst().holder);
      assertThat(line.last()).as(replay).isSameAs(plain.isEmpty() ? null : plain.getLast());
    }
  }

  @Test
  void whoStandsInAnotherLineIsNotTakenOutOfIt() {
    PriorityLine<String> one = new PriorityLine<>();
    PriorityLine<String> other = new PriorityLine<>();
    Place<String> place = new Place<>("x");
    one.add(place);
    other.remove(place);
    assertThat(one.first()).isEqualTo("x");
    one.remove(place);
    other.add(place);
    assertThat(other.poll()).isEqualTo("x");
    assertThat(one.poll()).isNull();
  }
}
