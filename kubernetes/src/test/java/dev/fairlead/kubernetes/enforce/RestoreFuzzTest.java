package dev.fairlead.kubernetes.enforce;

import static dev.fairlead.kubernetes.enforce.Splits.OPT_IN;
import static dev.fairlead.kubernetes.enforce.Splits.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens between opting in and opting out, in the end every weight is what its owner last
 * wrote, byte for byte.
 */
class RestoreFuzzTest {
  private static final int RUNS = 150;
  private static final int STEPS = 30;
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T01:00:00Z"), ZoneOffset.UTC);

  /** An owner, a controller that crashes, and an API server that fails now and then. */
  private static final class World implements MemoryObjects.Fate {
    private final Random random;
    private final MemoryObjects objects = new MemoryObjects();
    private final Map<String, String> wish = new LinkedHashMap<>();
    private final List<String> story = new ArrayList<>();
    private Enforcement controller;
    private long term = 1;
    private int named;
    private boolean calm;

    World(Random random) {
      this.random = random;
      this.controller = controller();
      for (int i = 2 + random.nextInt(3); i > 0; i--) {
        wish.put("b%03d".formatted(named++), weight());
      }
      objects.put(Splits.web("least-latency", wish));
      objects.fate(this);
    }

    private Enforcement controller() {
      return new Enforcement(objects, objects, OPT_IN, Splits.term(term), CLOCK, () -> {});
    }

    /** None that we would write: the same number from two hands cannot be told apart. */
    private String weight() {
      return switch (random.nextInt(5)) {
        case 0 -> "\"" + random.nextInt(1000) + "m\"";
        case 1 -> "\"" + random.nextInt(1000) + "\"";
        case 2 -> "\"0\"";
        default -> Integer.toString(random.nextInt(20_000, 30_000));
      };
    }

    void step() {
      switch (random.nextInt(8)) {
        case 0 -> {
          story.add("crash");
          term++;
          controller = controller();
        }
        case 1 -> {
          wish.replaceAll((name, old) -> weight());
          story.add("owner writes " + wish);
          objects.put(Splits.web("least-latency", wish));
        }
        case 2 -> {
          String added = "b%03d".formatted(named++);
          String weight = weight();
          wish.put(added, weight);
          Map<String, String> now = there();
          now.put(added, weight);
          story.add("owner adds " + added + " " + weight);
          objects.put(Splits.web("least-latency", now));
        }
        case 3 -> {
          if (wish.size() > 1) {
            String gone = wish.keySet().iterator().next();
            wish.remove(gone);
            Map<String, String> now = there();
            now.remove(gone);
            story.add("owner removes " + gone);
            objects.put(Splits.web("least-latency", now));
          }
        }
        case 4 -> attempt("release", () -> controller.release(WEB));
        default -> {
          Map<String, Double> shares = new LinkedHashMap<>();
          for (String name : wish.keySet()) {
            if (random.nextInt(5) > 0) {
              shares.put(name, random.nextInt(4) == 0 ? 0 : random.nextDouble());
            }
          }
          attempt("drive " + shares, () -> controller.follow(WEB, Splits.drive(shares)));
        }
      }
    }

    private void attempt(String what, Supplier<Outcome> action) {
      try {
        Outcome outcome = action.get();
        story.add(what + ": " + outcome + " " + there());
        if (outcome.kind() == Outcome.Kind.WRITTEN) {
          assertSound();
        }
      } catch (ObjectFault e) {
        story.add(what + ": " + e.getMessage() + " " + there());
      }
    }

    private void assertSound() {
      if (wish.size() < 2) {
        return;
      }
      long sum = 0;
      for (String weight : there().values()) {
        sum += Long.parseLong(weight);
      }
      assertThat(sum).as("%s", story).isEqualTo(10_000);
    }

    private Map<String, String> there() {
      Map<String, String> weights = new LinkedHashMap<>();
      for (JsonNode backend : objects.spec(WEB).get("backends")) {
        weights.put(backend.get("service").asText(), backend.get("weight").toString());
      }
      return weights;
    }

    @Override
    public void before(String request) {
      fail(request, "before");
    }

    @Override
    public void after(String request) {
      fail(request, "after");
    }

    private void fail(String request, String when) {
      if (!calm && random.nextInt(15) == 0) {
        throw new ObjectFault(ObjectFault.Kind.FAILED, "no answer " + when + " " + request);
      }
    }

    void end() {
      calm = true;
      objects.put(Splits.web("", there()));
      Outcome outcome = controller.check(WEB);
      story.add("opt out: " + outcome);
      assertThat(there()).as("%s", story).isEqualTo(wish);
      assertThat(objects.plans("")).as("%s", story).isEmpty();
    }
  }

  @Test
  void everyWeightIsInTheEndWhatItsOwnerLastWrote() {
    long seed = Long.getLong("seed", 20261122L);
    for (int run = 0; run < RUNS; run++) {
      World world = new World(new Random(seed + run));
      try {
        for (int step = 0; step < STEPS; step++) {
          world.step();
        }
        world.end();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "-Dseed=" + (seed + run) + " " + String.join("\n", world.story), e);
      }
    }
  }
}
