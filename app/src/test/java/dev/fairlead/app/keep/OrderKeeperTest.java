package dev.fairlead.app.keep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.control.Insight;
import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.PlanVersion;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
    private int most = Integer.MAX_VALUE;

    @Override
    public Optional<String> read() throws IOException {
      answer();
      return text;
    }

    @Override
    public boolean replace(Optional<String> before, String next) throws IOException {
      answer();
      if (next.length() > most) {
        throw new IOException("too long");
      }
      if (!before.equals(text)) {
        return false;
      }
      text = Optional.of(next);
      return true;
    }

    @Override
    public int mostCharacters() {
      return most;
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
    return keeper(overrides, Map.of());
  }

  private OrderKeeper keeper(Overrides overrides, Map<ServiceName, PlanView> plans) {
    return new OrderKeeper(
        store,
        overrides,
        () -> plans,
        new OperatorLog(new PrintStream(logged, true, StandardCharsets.UTF_8), Clock.systemUTC()));
  }

  private static PlanView view() {
    Plan plan =
        new Plan(
            new TrafficKey(CART, "west", TrafficKey.ANY_CLASS),
            List.of(new Plan.Share("cart-west", 1, Double.NaN, "so ".repeat(300))));
    return new PlanView(
        Mode.DRIVE,
        plan,
        plan,
        new TreeMap<>(),
        1,
        1,
        1,
        "first",
        Map.of(),
        0,
        0,
        List.of(new PlanVersion(1, 1, "first", plan, new TreeMap<>())),
        new Insight(0, Optional.empty(), Map.of(), Map.of(), Map.of(), Optional.empty()),
        "test");
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
  void aStoreThatIsAwayIsSaidOnce() {
    tick();
    store.away = true;
    tick();
    tick();

    assertThat(ofOther.trouble()).contains("away");
    assertThat(logged.toString(StandardCharsets.UTF_8).split("are not heard", -1))
        .as("one line of each keeper")
        .hasSize(3);

    store.away = false;
    tick();
    assertThat(ofOther.trouble()).isEmpty();
  }

  /** A plan of each service would be more than a Lease takes. */
  @Test
  void aFreezeOfVeryManyServicesIsKeptWithoutTheirPlans() {
    freeze(one, SHOP, "ann");
    freeze(one, CART, "ann");
    tick();
    store.most = store.text.orElseThrow().length() + 200;
    Overrides again = new Overrides();
    OrderKeeper ofAgain = keeper(again, Map.of(CART, view()));
    ofAgain.tick();

    again.freeze(Optional.empty(), by("bob"));

    assertThat(ofAgain.keep()).isEmpty();
    tick();
    assertThat(one.board().all().orElseThrow().order().by()).isEqualTo("bob");
  }

  @Test
  void whatIsNullThoughItMayNotBeIsSaidWithItsPlace() {
    String said = "{\"by\":\"ann\",\"atMillis\":1,\"why\":\"\"}";
    for (String bad :
        new String[] {
          "{\"format\":1,\"all\":null,\"services\":null}",
          "{\"format\":1,\"all\":null,\"services\":[null]}",
          "{\"format\":1,\"all\":{\"by\":null,\"atMillis\":1,\"why\":\"\"},\"services\":[]}",
          "{\"format\":1,\"all\":null,\"services\":[{\"namespace\":\"a\",\"name\":\"b\","
              + "\"mode\":{\"mode\":\"drive\",\"order\":null},\"freeze\":null,\"applied\":null}]}",
          "{\"format\":1,\"all\":null,\"services\":[{\"namespace\":\"a\",\"name\":\"b\",\"mode\":null,"
              + "\"freeze\":{\"order\":"
              + said
              + ",\"plan\":{\"version\":1,\"atMillis\":1,\"why\":\"\",\"from\":\"\","
              + "\"shares\":[],\"classes\":{\"1\":null}}},\"applied\":null}]}"
        }) {
      store.text = Optional.of(bad);
      OrderKeeper next = keeper(new Overrides());

      assertThat(next.isRestored()).as(bad).isFalse();
      assertThat(next.trouble().orElseThrow()).as(bad).contains("line 1, column");
    }
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
