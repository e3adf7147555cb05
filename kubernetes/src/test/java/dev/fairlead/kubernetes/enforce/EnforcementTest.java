package dev.fairlead.kubernetes.enforce;

import static dev.fairlead.kubernetes.enforce.Splits.OPT_IN;
import static dev.fairlead.kubernetes.enforce.Splits.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.lead.Leadership;
import dev.fairlead.steering.control.Mode;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is written, in which order, and what never is. */
class EnforcementTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T01:00:00Z"), ZoneOffset.UTC);
  private static final String OURS = "least-latency";

  private final MemoryObjects objects = new MemoryObjects();
  private final AtomicLong conflicts = new AtomicLong();
  private final Enforcement first = enforcement(1);

  private Enforcement enforcement(long term) {
    return enforcement(Splits.term(term));
  }

  private Enforcement enforcement(Leadership leadership) {
    return new Enforcement(objects, objects, OPT_IN, leadership, CLOCK, conflicts::incrementAndGet);
  }

  private String weights() {
    return objects.spec(WEB).get("backends").findValues("weight").toString();
  }

  @Test
  void originalsAreWrittenDownBeforeTheFirstWeightIsWritten() {
    objects.put(Splits.web(OURS, Map.of("a", "\"900m\"", "b", "1")));

    assertThat(first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75))))
        .isEqualTo(Outcome.WRITTEN);

    assertThat(objects.writes())
        .containsExactly(
            "create WeightPlan/shop/trafficsplit-web",
            "status WeightPlan/shop/trafficsplit-web",
            "patch TrafficSplit/shop/web",
            "status WeightPlan/shop/trafficsplit-web");
    StoredPlan plan = objects.plan("shop", "trafficsplit-web").orElseThrow();
    assertThat(plan.plan().originals())
        .containsEntry("a", new WrittenWeight("\"900m\""))
        .containsEntry("b", new WrittenWeight("1"));
    assertThat(plan.status().enforcer()).isEqualTo("fairlead/least-latency");
    assertThat(plan.status().mode()).isEqualTo("drive");
    assertThat(plan.status().term()).isEqualTo(1);
    assertThat(plan.status().condition("Programmed").orElseThrow().holds()).isTrue();
  }

  @Test
  void nothingIsWrittenWhereNothingChangedButRounding() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75)));
    int before = objects.writes().size();

    assertThat(first.follow(WEB, Splits.drive(Map.of("a", 0.25004, "b", 0.74996))).kind())
        .isEqualTo(Outcome.Kind.SUPPRESSED);

    assertThat(objects.writes()).hasSize(before);
  }

  @Test
  void anEqualSplitThatShallBeEqualIsNotTouched() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));

    first.follow(WEB, Splits.drive(Map.of("a", 0.5, "b", 0.5)));

    assertThat(objects.writes()).noneMatch(each -> each.startsWith("patch"));
    assertThat(weights()).isEqualTo("[1, 1]");
  }

  @Test
  void anObjectThatDidNotOptInIsNeverWritten() {
    for (String label : List.of("another-manager", "")) {
      objects.put(Splits.web(label, Map.of("a", "1", "b", "1")));

      assertThat(first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75))).kind())
          .isEqualTo(Outcome.Kind.SUPPRESSED);
      assertThat(first.release(WEB).kind()).isEqualTo(Outcome.Kind.SUPPRESSED);
    }
    assertThat(objects.writes()).isEmpty();
  }

  @Test
  void adviceIsWrittenDownAndTheObjectIsLeftAlone() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "2")));
    Order advice =
        new Order(Mode.ADVISE, Splits.plan(Map.of("a", 0.25, "b", 0.75)), "for your eyes");
    first.follow(WEB, advice);
    first.follow(WEB, advice);

    assertThat(objects.writes()).noneMatch(each -> each.startsWith("patch"));
    StoredPlan plan = objects.plan("shop", "trafficsplit-web").orElseThrow();
    assertThat(plan.plan().driven()).isFalse();
    assertThat(plan.plan().weights()).containsEntry("b", WrittenWeight.of(7500));
    assertThat(plan.status().mode()).isEqualTo("advise");
    assertThat(plan.status().version()).isEqualTo(1);
    // Each period says so again: nothing is asked for that.
    Split split = objects.split(WEB).orElseThrow();
    assertThat(first.isSettled(split, plan, advice)).isTrue();
    Order another = new Order(Mode.ADVISE, Splits.plan(Map.of("a", 0.5, "b", 0.5)), "another");
    assertThat(first.isSettled(split, plan, another)).isFalse();
  }

  @Test
  void fromDriveToAdviseGivesTheWeightsBack() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75)));

    first.follow(WEB, new Order(Mode.ADVISE, Splits.plan(Map.of("a", 0.2, "b", 0.8)), "why"));

    assertThat(weights()).isEqualTo("[1, 1]");
    assertThat(objects.plan("shop", "trafficsplit-web").orElseThrow().plan().driven()).isFalse();
  }

  @Test
  void aWriterInBetweenIsReadAgainAndDecidedAnew() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    String another = Splits.web(OURS, Map.of("a", "1", "b", "1", "c", "2"));
    objects.fate(once("patch", () -> objects.put(another)));

    assertThat(first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75))))
        .isEqualTo(Outcome.WRITTEN);

    assertThat(conflicts).hasValue(1);
    // c is not planned for: it keeps the half that its owner gave it.
    assertThat(weights()).isEqualTo("[1250, 3750, 5000]");
    objects.put(Splits.web("", Map.of()).replace("[]", backends()));
    first.release(WEB);
    assertThat(weights()).isEqualTo("[1, 1, 2]");
  }

  private String backends() {
    return objects.spec(WEB).get("backends").toString();
  }

  @Test
  void aWriterThatNeverRestsIsNotFoughtForEver() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    objects.fate(
        new MemoryObjects.Fate() {
          @Override
          public void before(String request) {
            if (request.startsWith("patch")) {
              objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
            }
          }

          @Override
          public void after(String request) {}
        });

    assertThat(first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75))))
        .isEqualTo(Outcome.refused("contended"));

    assertThat(conflicts).hasValue(5);
    assertThat(weights()).isEqualTo("[1, 1]");
  }

  @Test
  void whatSomebodyElseWroteSinceIsNotOverwrittenByRestoring() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75)));
    objects.put(Splits.web("", Map.of("a", "30", "b", "70")));

    assertThat(first.release(WEB)).isEqualTo(Outcome.suppressed("written-by-another"));

    assertThat(weights()).isEqualTo("[30, 70]");
    assertThat(objects.plan("shop", "trafficsplit-web")).isEmpty();
    assertThat(first.release(WEB)).isEqualTo(Outcome.suppressed("not-led"));
  }

  @Test
  void aWeightPlanThatSomebodyDeletedIsMadeAgainWithTheSameOriginals() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75)));
    objects.removePlan("shop", "trafficsplit-web");

    first.follow(WEB, Splits.drive(Map.of("a", 0.4, "b", 0.6)));
    first.release(WEB);

    assertThat(weights()).isEqualTo("[1, 1]");
  }

  @Test
  void aSecondObjectForTheSameServiceIsRefusedWithACondition() {
    ObjectName second = new ObjectName("TrafficSplit", "shop", "web-too");
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    objects.put(Splits.split("web-too", OURS, Map.of("a", "1", "b", "1")));
    first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75)));

    Order order = Splits.drive(Map.of("a", 0.25, "b", 0.75));
    assertThat(first.follow(second, order)).isEqualTo(Outcome.refused("another-plan"));
    assertThat(first.follow(second, order)).isEqualTo(Outcome.refused("another-plan"));

    assertThat(first.check(second)).isEqualTo(Outcome.suppressed("unordered"));
    StoredPlan refused = objects.plan("shop", "trafficsplit-web-too").orElseThrow();
    assertThat(refused.status().isRefused()).isTrue();
    assertThat(refused.status().enforcer()).isEmpty();
    assertThat(objects.writes()).doesNotContain("patch " + second);

    first.release(WEB);
    assertThat(first.follow(second, order)).isEqualTo(Outcome.WRITTEN);
    assertThat(objects.plan("shop", "trafficsplit-web-too").orElseThrow().status().isRefused())
        .isFalse();
  }

  @Test
  void aSecondWeightPlanForTheSameObjectIsToldThatItIsNotInForce() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75)));
    StoredPlan led = objects.plan("shop", "trafficsplit-web").orElseThrow();
    objects.putPlan(
        new StoredPlan("shop", "by-hand", "", "", led.plan().advice(), StoredPlan.Status.NONE));

    first.judge("shop");

    assertThat(objects.plan("shop", "by-hand").orElseThrow().status().condition("Accepted"))
        .hasValueSatisfying(
            condition -> {
              assertThat(condition.holds()).isFalse();
              assertThat(condition.message()).contains("trafficsplit-web");
            });
    assertThat(objects.plan("shop", "trafficsplit-web")).contains(led);
  }

  @Test
  void anotherEnforcersPlanIsLeftToIt() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75)));
    Enforcement other =
        new Enforcement(
            objects,
            objects,
            new OptIn(OptIn.L3_KEY, "another-manager"),
            Splits.term(9),
            CLOCK,
            conflicts::incrementAndGet);
    int before = objects.writes().size();

    assertThat(other.release(WEB)).isEqualTo(Outcome.refused("another-enforcer"));
    assertThat(other.check(WEB)).isEqualTo(Outcome.refused("another-enforcer"));
    assertThat(objects.writes()).hasSize(before);
  }

  @Test
  void theWriteOfAFormerLeaderIsRefusedWhereverItWasHeldUp() {
    List<String> steps = List.of("get", "write", "patch");
    for (String step : steps) {
      MemoryObjects world = new MemoryObjects();
      world.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
      Enforcement old = new Enforcement(world, world, OPT_IN, Splits.term(1), CLOCK, () -> {});
      Enforcement now = new Enforcement(world, world, OPT_IN, Splits.term(2), CLOCK, () -> {});
      old.follow(WEB, Splits.drive(Map.of("a", 0.5, "b", 0.5)));
      world.fate(once(step, () -> now.follow(WEB, Splits.drive(Map.of("a", 0.1, "b", 0.9)))));

      Outcome late = old.follow(WEB, Splits.drive(Map.of("a", 0.9, "b", 0.1)));

      assertThat(late).as("held up before %s", step).isEqualTo(Outcome.refused("term"));
      assertThat(world.spec(WEB).get("backends").findValues("weight").toString())
          .as("held up before %s", step)
          .isEqualTo("[1000, 9000]");
      assertThat(old.release(WEB)).isEqualTo(Outcome.refused("term"));
    }
  }

  @Test
  void whoDoesNotLeadWritesNothing() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    Enforcement follower =
        enforcement(
            new Leadership() {
              @Override
              public OptionalLong term() {
                return OptionalLong.empty();
              }

              @Override
              public void surpassed(long term) {}
            });

    assertThat(follower.follow(WEB, Splits.drive(Map.of("a", 0.1, "b", 0.9))))
        .isEqualTo(Outcome.refused("not-leader"));
    assertThat(objects.writes()).isEmpty();
  }

  @Test
  void aPlanThatGivesNobodyAnythingChangesNothing() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));

    assertThat(first.follow(WEB, Splits.drive(Map.of("x", 1.0))))
        .isEqualTo(Outcome.refused("no-share"));
    assertThat(first.follow(WEB, Splits.drive(Map.of("a", 0.0, "b", 0.0))))
        .isEqualTo(Outcome.refused("no-share"));
    assertThat(objects.writes()).isEmpty();
  }

  @Test
  void aRequestThatFailsIsTheCallersToRepeat() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    objects.fate(
        once(
            "patch",
            () -> {
              throw new ObjectFault(ObjectFault.Kind.FAILED, "no answer");
            }));
    Order order = Splits.drive(Map.of("a", 0.25, "b", 0.75));

    assertThatThrownBy(() -> first.follow(WEB, order)).isInstanceOf(ObjectFault.class);
    assertThat(first.follow(WEB, order)).isEqualTo(Outcome.WRITTEN);
    first.release(WEB);
    assertThat(weights()).isEqualTo("[1, 1]");
  }

  /** The request before timed out, and the API server did it all the same, later. */
  @Test
  void aWriteThatComesLateIsNotTakenForTheOwners() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    objects.fate(
        once(
            "patch",
            () -> {
              throw new ObjectFault(ObjectFault.Kind.FAILED, "no answer in time");
            }));
    assertThatThrownBy(() -> first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75))))
        .isInstanceOf(ObjectFault.class);
    String late = Splits.web(OURS, Map.of("a", "2500", "b", "7500"));
    objects.fate(once("patch", () -> objects.put(late)));

    assertThat(first.follow(WEB, Splits.drive(Map.of("a", 0.1, "b", 0.9))))
        .isEqualTo(Outcome.WRITTEN);

    assertThat(weights()).isEqualTo("[1000, 9000]");
    first.release(WEB);
    assertThat(weights()).isEqualTo("[1, 1]");
  }

  /** Requests may take ten seconds each, and a term fifteen. */
  @Test
  void whoseTermEndsWhileItWritesDownDoesNotWriteTheObject() {
    objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
    AtomicLong term = new AtomicLong(3);
    Enforcement slow =
        enforcement(
            new Leadership() {
              @Override
              public OptionalLong term() {
                return term.get() > 0 ? OptionalLong.of(term.get()) : OptionalLong.empty();
              }

              @Override
              public void surpassed(long by) {}
            });
    objects.fate(once("status", () -> term.set(0)));

    assertThat(slow.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75))))
        .isEqualTo(Outcome.refused("not-leader"));

    assertThat(objects.writes()).noneMatch(each -> each.startsWith("patch"));
  }

  /** Who may write WeightPlans, but not their status, has no weights written by them. */
  @Test
  void originalsThatNoEnforcerClaimedAreNobodys() {
    for (String label : List.of(OURS, "")) {
      objects.put(Splits.web(OURS, Map.of("a", "1", "b", "1")));
      first.follow(WEB, Splits.drive(Map.of("a", 0.25, "b", 0.75)));
      StoredPlan plan = objects.plan("shop", "trafficsplit-web").orElseThrow();
      objects.put(Splits.web(label, Map.of("a", "2500", "b", "7500")));
      objects.removePlan("shop", "trafficsplit-web");
      objects.putPlan(plan.with(StoredPlan.Status.NONE));

      Enforcement another = enforcement(2);
      another.check(WEB);
      another.release(WEB);

      assertThat(weights()).as(label).isEqualTo("[2500, 7500]");
      assertThat(objects.plan("shop", "trafficsplit-web")).as(label).isEmpty();
    }
  }

  /** Before the first request of a kind. */
  static MemoryObjects.Fate once(String verb, Runnable what) {
    return new MemoryObjects.Fate() {
      private boolean done;

      @Override
      public void before(String request) {
        if (!done && request.startsWith(verb)) {
          done = true;
          what.run();
        }
      }

      @Override
      public void after(String request) {}
    };
  }
}
