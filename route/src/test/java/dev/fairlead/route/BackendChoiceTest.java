package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackendChoiceTest {
  private static Action.Forward forward(int... weights) {
    List<Action.Backend> backends = new ArrayList<>();
    for (int weight : weights) {
      backends.add(
          new Action.Backend(Optional.empty(), weight, HeaderEdits.NONE, HeaderEdits.NONE));
    }
    return new Action.Forward(backends);
  }

  @Test
  void eachBackendGetsItsShareExactly() {
    Action.Forward forward = forward(1, 0, 3);
    int[] drawn = new int[3];
    for (long i = 0; i < 4000; i++) {
      // 4000 evenly spaced draws: the counts are the shares to one draw.
      long even = (i * 0x1_0000_0000L / 4000) << 32;
      Action.Backend backend = BackendChoice.of(forward, () -> even);
      for (int b = 0; b < 3; b++) {
        drawn[b] += forward.backends().get(b) == backend ? 1 : 0;
      }
    }
    assertThat(drawn).containsExactly(1000, 0, 3000);
  }

  @Test
  void noWeightIsNoBackend() {
    assertThat(BackendChoice.of(forward(), () -> 7)).isNull();
    assertThat(BackendChoice.of(forward(0, 0), () -> 7)).isNull();
    assertThat(BackendChoice.of(forward(0, 1), () -> -1)).isNotNull();
  }

  @Test
  void weightsThatNoDrawCanHonourAreRefused() {
    assertThatThrownBy(() -> forward(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> forward(1_000_001)).isInstanceOf(IllegalArgumentException.class);
    int[] tooMany = new int[2148];
    Arrays.fill(tooMany, 1_000_000);
    assertThatThrownBy(() -> forward(tooMany)).isInstanceOf(IllegalArgumentException.class);
    assertThat(BackendChoice.of(forward(Arrays.copyOf(tooMany, 2147)), () -> -1)).isNotNull();
  }
}
