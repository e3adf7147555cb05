package dev.fairlead.kubernetes.enforce;

import static dev.fairlead.kubernetes.enforce.Splits.OPT_IN;
import static dev.fairlead.kubernetes.enforce.Splits.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.enforce.Restorer.Restored;
import dev.fairlead.kubernetes.enforce.Restorer.Result;
import dev.fairlead.kubernetes.lead.Leadership;
import dev.fairlead.steering.control.Mode;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What an uninstallation gives back, and what it leaves. */
class RestorerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T01:00:00Z"), ZoneOffset.UTC);

  private final MemoryObjects objects = new MemoryObjects();
  private final Enforcement controller =
      new Enforcement(objects, objects, OPT_IN, Splits.term(7), CLOCK, () -> {});

  private Restorer restorer(long term) {
    return new Restorer(objects, objects, OPT_IN, Splits.term(term), CLOCK);
  }

  private ObjectName drive(String name) {
    ObjectName target = new ObjectName("TrafficSplit", "shop", name);
    // A service of its own for each, by the name of the object.
    objects.put(
        Splits.split(name, OPT_IN.value(), Map.of("a", "1", "b", "1"))
            .replace("\"service\":\"web\"", "\"service\":\"" + name + "\""));
    assertThat(controller.follow(target, Splits.drive(Map.of("a", 0.25, "b", 0.75))))
        .isEqualTo(Outcome.WRITTEN);
    return target;
  }

  private String weights(ObjectName target) {
    return objects.spec(target).get("backends").findValues("weight").toString();
  }

  @Test
  void everyObjectHasItsResultAndOneThatFailsDoesNotKeepTheOthers() {
    ObjectName first = drive("first");
    ObjectName other = drive("other");
    ObjectName third = drive("third");
    ObjectName written = drive("written");
    objects.put(Splits.split("written", OPT_IN.value(), Map.of("a", "5", "b", "5")));
    objects.fate(
        EnforcementTest.once(
            "patch " + other,
            () -> {
              throw new ObjectFault(ObjectFault.Kind.FAILED, "a webhook is against it");
            }));

    assertThat(restorer(8).restoreAll())
        .containsExactly(
            new Restored(first, Result.RESTORED, "original weights restored"),
            new Restored(other, Result.FAILED, "a webhook is against it"),
            new Restored(third, Result.RESTORED, "original weights restored"),
            new Restored(written, Result.LEFT, "left as somebody else wrote it since"));
    assertThat(weights(first)).isEqualTo("[1, 1]");
    assertThat(weights(written)).isEqualTo("[5, 5]");

    assertThat(restorer(8).restoreAll())
        .containsExactly(new Restored(other, Result.RESTORED, "original weights restored"));
    assertThat(restorer(8).restoreAll()).isEmpty();
    assertThat(objects.plans("")).isEmpty();
  }

  @Test
  void whatAnotherEnforcerLeadsIsLeftToIt() {
    drive("web");
    OptIn another = new OptIn(OPT_IN.key(), "another");

    assertThat(new Restorer(objects, objects, another, Splits.term(9), CLOCK).restoreAll())
        .containsExactly(
            new Restored(WEB, Result.LEFT, "is led by another: fairlead/least-latency"));
    assertThat(weights(WEB)).isEqualTo("[2500, 7500]");
  }

  @Test
  void aLockThatCountsAnewGoesAboveWhatStandsInThePlans() {
    drive("web");
    AtomicLong above = new AtomicLong();
    Leadership anew =
        new Leadership() {
          @Override
          public OptionalLong term() {
            // As the lock has it: none until it is held in a later term.
            return above.get() == 0 ? OptionalLong.of(1) : OptionalLong.empty();
          }

          @Override
          public void surpassed(long term) {
            above.set(term);
          }
        };

    assertThat(new Restorer(objects, objects, OPT_IN, anew, CLOCK).restoreAll())
        .containsExactly(new Restored(WEB, Result.FAILED, "the leader lock was lost"));
    assertThat(above).hasValue(7);
    assertThat(weights(WEB)).isEqualTo("[2500, 7500]");
  }

  @Test
  void adviceGoesAndTheObjectIsNotTouched() {
    objects.put(Splits.web(OPT_IN.value(), Map.of("a", "1", "b", "1")));
    controller.follow(
        WEB, new Order(Mode.ADVISE, Splits.plan(Map.of("a", 0.25, "b", 0.75)), "why"));

    assertThat(restorer(8).restoreAll())
        .containsExactly(new Restored(WEB, Result.UNCHANGED, "has its original weights"));
    assertThat(objects.plans("")).isEmpty();
    assertThat(objects.writes()).noneMatch(each -> each.startsWith("patch"));
  }
}
