package dev.fairlead.app.keep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Several processes that keep their orders at one place. */
class OrderKeeperTest {
  private static final ServiceName SHOP = new ServiceName("default", "shop");
  private static final ServiceName CART = new ServiceName("default", "cart");

  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final Shared store = new Shared();
  private final Overrides one = new Overrides();
  private final Overrides other = new Overrides();
  private final OrderKeeper ofOne = keeper(one);
  private final OrderKeeper ofOther = keeper(other);

  /** What a leader lock is to controllers, without an API server. */
  private static final class Shared implements OrderStore {
    private Optional<String> text = Optional.empty();
    private boolean away;

    @Override
    public Optional<String> read() throws IOException {
      answer();
      return text;
    }

    @Override
    public boolean replace(Optional<String> before, String next) throws IOException {
      answer();
      if (!before.equals(text)) {
        return false;
      }
      text = Optional.of(next);
      return true;
    }

    private void answer() throws IOException {
      if (away) {
        throw new IOException("away");
      }
    }

    @Override
    public boolean isShared() {
      return true;
    }

    @Override
    public String toString() {
      return "memory";
    }
  }

  private OrderKeeper keeper(Overrides overrides) {
    return new OrderKeeper(
        store,
        overrides,
        Map::of,
        new OperatorLog(new PrintStream(logged, true, StandardCharsets.UTF_8), Clock.systemUTC()));
  }

  private static Overrides.Order by(String name) {
    return new Overrides.Order(name, 1, "");
  }

  private static void freeze(Overrides overrides, ServiceName service, String by) {
    overrides.freeze(Optional.of(service), by(by));
  }

  private static Optional<String> frozenBy(Overrides overrides, ServiceName service) {
    return overrides.board().freezeOf(service).map(freeze -> freeze.order().by());
  }

  private void tick() {
    ofOne.tick();
    ofOther.tick();
    ofOne.tick();
  }

  @Test
  void whatOneIsToldHoldsForAllAndEndsForAll() {
    tick();
    freeze(one, SHOP, "ann");
    tick();
    assertThat(frozenBy(other, SHOP)).contains("ann");

    other.unfreeze(Optional.of(SHOP));
    tick();
    tick();
    assertThat(frozenBy(one, SHOP)).isEmpty();
    assertThat(frozenBy(other, SHOP)).isEmpty();
  }

  @Test
  void twoAtTheSameMomentLoseNeitherOrder() {
    tick();
    freeze(one, SHOP, "ann");
    other.mode(CART, Optional.of(Mode.DRIVE), by("bob"));
    assertThat(ofOne.keep()).isEmpty();
    assertThat(ofOther.keep()).isEmpty();
    tick();

    for (Overrides each : new Overrides[] {one, other}) {
      assertThat(frozenBy(each, SHOP)).contains("ann");
      assertThat(each.board().modeOf(CART, Mode.OBSERVE)).isEqualTo(Mode.DRIVE);
    }
  }

  @Test
  void twoOfOneServiceAgreeOnWhoWroteLast() {
    tick();
    freeze(one, SHOP, "ann");
    freeze(other, SHOP, "bob");
    assertThat(ofOne.keep()).isEmpty();
    assertThat(ofOther.keep()).isEmpty();
    tick();

    assertThat(frozenBy(one, SHOP)).contains("bob");
    assertThat(frozenBy(other, SHOP)).contains("bob");
  }

  @Test
  void aFreezeOfAllIsOneForAllToo() {
    tick();
    one.freeze(Optional.empty(), by("ann"));
    tick();
    assertThat(frozenBy(other, CART)).contains("ann");

    one.unfreeze(Optional.empty());
    tick();
    assertThat(frozenBy(other, CART)).isEmpty();
  }

  @Test
  void whatIsThereAlreadyIsNoNews() {
    tick();
    freeze(one, SHOP, "ann");
    tick();
    long seen = one.board().generation();
    Optional<String> text = store.text;

    tick();
    tick();

    assertThat(one.board().generation()).isEqualTo(seen);
    assertThat(store.text).isEqualTo(text);
  }

  @Test
  void withoutTheStoreNothingIsKnownToBeInForceAndOrdersWaitForIt() {
    freeze(one, SHOP, "ann");
    tick();
    Overrides next = new Overrides();
    OrderKeeper ofNext = keeper(next);
    store.away = true;

    ofNext.tick();
    assertThat(ofNext.isRestored()).isFalse();
    next.mode(CART, Optional.of(Mode.ADVISE), by("eve"));
    assertThat(ofNext.keep()).isPresent();
    assertThat(ofNext.trouble()).contains("away");
    assertThat(logged.toString(StandardCharsets.UTF_8)).containsOnlyOnce("nothing is steered");

    store.away = false;
    ofNext.tick();
    assertThat(ofNext.isRestored()).isTrue();
    assertThat(ofNext.trouble()).isEmpty();
    assertThat(frozenBy(next, SHOP)).contains("ann");
    ofOther.tick();
    assertThat(other.board().modeOf(CART, Mode.OBSERVE)).isEqualTo(Mode.ADVISE);
  }

  @Test
  void whatNobodyCanReadIsNotWrittenOver() {
    tick();
    store.text = Optional.of("{}");
    freeze(one, SHOP, "ann");

    assertThat(ofOne.keep().orElseThrow()).contains("format: 0");
    assertThat(keeper(new Overrides()).isRestored()).isFalse();
    assertThat(store.text).contains("{}");
    assertThat(frozenBy(one, SHOP)).contains("ann");
  }
}
