package dev.fairlead.app.simulate.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong documents: a change of the small one, and what is said about it, where. */
class BrokenScenariosTest {
  private static final String LINK = "{from: east, to: west, delay: 30ms}";
  private static final String TRAFFIC = "{from: east, service: web, rate: 50}";
  private static final String FAULT = "  contenders:\n";

  private static Arguments broken(String name, String found, String put, String... says) {
    return Arguments.of(name, found, put, List.of(says));
  }

  private static Arguments fault(String name, String fault, String... says) {
    return broken(name, FAULT, "  faults:\n    - " + fault + "\n" + FAULT, says);
  }

  private static Arguments expect(String name, String expectation, String... says) {
    return broken(name, FAULT, "  expect:\n    - " + expectation + "\n" + FAULT, says);
  }

  static Stream<Arguments> documents() {
    return Stream.of(names(), references(), laws(), traffic(), faults(), contenders(), sweeps())
        .flatMap(part -> part);
  }

  private static Stream<Arguments> names() {
    return Stream.of(
        broken(
            "an unknown field with its nearest name",
            "duration:",
            "durration:",
            "5:3: spec.duration: is missing (add 'duration')",
            "5:3: spec.durration: unknown field (did you mean 'duration'?)"),
        broken("another kind", "kind: Scenario", "kind: Gateway", "'Gateway' is not known here"),
        broken(
            "a version of the future",
            "v1alpha1",
            "v9",
            "1:13: apiVersion: 'fairlead.dev/v9' has no Scenario (write apiVersion:"
                + " fairlead.dev/v1alpha1)"),
        broken(
            "a spec that is a list", "spec:\n  duration", "spec: []\nother:\n  duration", "4:7:"),
        broken(
            "a wrong unit",
            "10s",
            "10sec",
            "5:13: spec.duration: '10sec' is not a time (write it as 250ms, 1.5s, 1m30s or 50us;"
                + " units are h, m, s, ms, us and ns)"),
        broken("a time of nothing", "10s", "0s", "0s is too short (write more than 0)"),
        broken(
            "curves of a million points",
            "10s",
            "1h\n  resolution: 1ms",
            "6:15: spec.resolution: makes more than 10000 points of the duration"),
        broken("a time of years", "10s", "99999h", "99999h is longer than 366 days"),
        broken("a time without unit", "10s", "10", "'10' is not a time"),
        broken("two clusters of one name", "name: west", "name: east", "is there already"),
        broken(
            "two contenders of one name",
            "{name: locality}",
            "{name: l3}",
            "19:14: spec.contenders[1].name: is there already (give each a name of its own)"),
        broken("a zone twice", "[a, b]", "[a, a]", "names 'a' twice (keep one)"),
        broken("no clusters", "spec:\n", "spec:\n  clusters: []\n", "is given twice"),
        broken("a position at infinity", "x: 0", "x: .inf", "is text, not a number"));
  }

  private static Stream<Arguments> references() {
    return Stream.of(
        broken(
            "a link from nowhere",
            "from: east, to",
            "from: esat, to",
            "10:14: spec.links[0].from: there is no cluster 'esat' (did you mean 'east'?)"),
        broken(
            "a link to an unknown zone",
            "to: west",
            "to: west/c",
            "10:24: spec.links[0].to: cluster 'west' has no zone 'c' (did you mean 'a'?)"),
        broken("a link to itself", "to: west", "to: east", "leads from east to itself"),
        broken(
            "no way there",
            "links:\n    - " + LINK,
            "links: []",
            "there is none from east to west, which web's requests may need (add one)"),
        broken(
            "one way only",
            LINK,
            "{from: east, to: west, delay: 30ms, oneWay: true}",
            "10:5: spec.links: there is none from west to east"),
        broken(
            "the same link twice",
            LINK,
            LINK + "\n    - " + LINK,
            "spec.links[1]: a second link from east to west (remove one)"),
        broken(
            "pods nowhere",
            "cluster: west, count",
            "cluster: wset, count",
            "there is no cluster 'wset' (did you mean 'west'?)"),
        broken(
            "pods in an unknown zone",
            "cluster: west, count",
            "cluster: west, zone: z, count",
            "cluster 'west' has no zone 'z' (did you mean 'a'?)"),
        broken(
            "a call of nobody",
            "serviceTime: 20ms",
            "serviceTime: 20ms\n      calls: [{service: db}]",
            "spec.services[0].calls[0].service: there is no service 'db'"),
        broken(
            "a circle of calls",
            "serviceTime: 20ms",
            "serviceTime: 20ms\n      calls: [{service: web}]",
            "they call each other in a circle"),
        broken(
            "traffic for nobody",
            "service: web, rate",
            "service: wbe, rate",
            "16:29: spec.traffic[0].service: there is no service 'wbe' (did you mean 'web'?)"),
        broken(
            "residency in the clouds is none of a scenario's services",
            "serviceTime: 20ms",
            "serviceTime: 20ms\n      balancer: {targetRefs: []}",
            "spec.services[0].balancer.targetRefs: unknown field"),
        broken(
            "a subset",
            "serviceTime: 20ms",
            "serviceTime: 20ms\n      balancer: {subset: {size: 2}}",
            "is not supported yet (leave it out: each cluster calls as one client)"));
  }

  private static Stream<Arguments> laws() {
    return Stream.of(
        broken(
            "percentiles the wrong way round",
            "serviceTime: 20ms",
            "serviceTime: {logNormal: {p50: 80ms, p99: 20ms}}",
            "13:49: spec.services[0].serviceTime.logNormal.p99: is below 'p50' (swap the two)"),
        broken(
            "a law that nobody knows",
            "serviceTime: 20ms",
            "serviceTime: {lognormal: {p50: 20ms, p99: 80ms}}",
            "13:20: spec.services[0].serviceTime: no law (write one of fixed, uniform,"
                + " exponential, logNormal, pareto, truncatedNormal)",
            "13:21: spec.services[0].serviceTime.lognormal: unknown field (did you mean"
                + " 'logNormal'?)"),
        broken(
            "two laws",
            "serviceTime: 20ms",
            "serviceTime: {fixed: 2ms, uniform: {max: 3ms}}",
            "a second law beside 'fixed' (keep one of the two)"),
        broken(
            "a tail without mean",
            "serviceTime: 20ms",
            "serviceTime: {pareto: {min: 1ms, shape: 1}}",
            "has no mean (write a shape above 1, as 1.5)"),
        broken(
            "a mean of nothing",
            "serviceTime: 20ms",
            "serviceTime: {exponential: {mean: 0ms}}",
            "is nothing (write more than 0)"),
        broken(
            "a size for a time",
            "serviceTime: 20ms",
            "serviceTime: 20KiB",
            "'20KiB' is not a time"),
        broken(
            "a time for a size",
            "serviceTime: 20ms",
            "serviceTime: 20ms\n      responseBytes: 20ms",
            "'20ms' is not a size"),
        broken(
            "a ratio as a number",
            LINK,
            "{from: east, to: west, delay: 30ms, loss: 0.5}",
            "'0.5' is not a percentage"),
        broken(
            "more than all lost",
            LINK,
            "{from: east, to: west, delay: 30ms, loss: 101%}",
            "101% is outside 0…100%"),
        broken(
            "jitter above the delay",
            LINK,
            "{from: east, to: west, delay: 30ms, jitter: 31ms}",
            "10:51: spec.links[0].jitter: is above 'delay' (write at most the delay)"),
        broken(
            "no bandwidth",
            LINK,
            "{from: east, to: west, delay: 30ms, bandwidth: 0B}",
            "0B is outside 1B"),
        broken(
            "success after the end",
            "serviceTime: 20ms",
            "serviceTime: 20ms\n      deadline: 1s\n      successWithin: 2s",
            "is after 'deadline' (write at most the deadline)"),
        broken(
            "pods that do not fit their machine",
            "{cluster: east, count: 2}",
            "{cluster: east, count: 2, machines: {podsPerMachine: 9, cores: 8, allocation: 1,"
                + " antagonist: 1, hold: 1s}}",
            "9 pods of 1.0 cores do not fit in 8.0"),
        broken(
            "an autoscaler upside down",
            "serviceTime: 20ms",
            "serviceTime: 20ms\n      autoscaler: {min: 5, max: 2}",
            "is below 'min' (swap the two)"),
        broken("a negative count", "count: 2}, {", "count: -2}, {", "-2 is outside 0…10000"),
        broken("half a pod", "count: 2}, {", "count: 1.5}, {", "'1.5' is not a whole number"));
  }

  private static Stream<Arguments> traffic() {
    return Stream.of(
        broken(
            "two measures of how much",
            "rate: 50",
            "rate: 50, load: full",
            "16:50: spec.traffic[0].load: a second measure of how much beside 'rate'"),
        broken(
            "no measure",
            ", rate: 50",
            "",
            "no measure of how much (write one of rate, load, users, trace)"),
        broken(
            "a load level that nobody knows",
            "rate: 50",
            "load: benchmrk",
            "'benchmrk' is not known here (did you mean 'benchmark'?)"),
        broken("a rate of nothing", "rate: 50", "rate: 0", "'0' is outside"),
        broken("a rate in quotes", "rate: 50", "rate: \"50\"", "write it without quotes or unit"),
        broken("a rate of infinity", "rate: 50", "rate: 1e400", "is text, not a number"),
        broken("a ninth class", "rate: 50", "rate: 50, class: 8", "8 is outside 0…7"),
        broken(
            "users with arrivals",
            "rate: 50",
            "users: {count: 5, think: 1s}, arrivals: poisson",
            "means nothing to users (only rate and load have it)"),
        broken(
            "from and centres",
            "rate: 50",
            "rate: 50, centres: [{position: {x: 0, y: 0}, deviation: 1}]",
            "beside 'from' (keep one of the two)"),
        broken("from nowhere", "from: east, service", "service", "enters nowhere"),
        broken(
            "a ramp that ends before it begins",
            "rate: 50",
            "rate: 50, shape: {ramp: {from: 5s, to: 2s, after: 3}}",
            "is not after 'from' (write a later time)"),
        broken(
            "steps in disorder",
            "rate: 50",
            "rate: 50, shape: {steps: [{at: 5s, factor: 1}, {at: 5s, factor: 2}]}",
            "spec.traffic[0].shape.steps[1]: is not after the step before it (sort them by 'at')"),
        broken(
            "a trace with a rate",
            "rate: 50",
            "rate: 50, trace: {file: none.csv}",
            "means nothing to a trace (remove it)",
            "there is no file none.csv"),
        broken(
            "a trace that is a folder", "rate: 50", "trace: {file: src}", "is not a regular file"));
  }

  private static Stream<Arguments> faults() {
    return Stream.of(
        fault("nothing happens", "{at: 5s}", "no fault (write one of slow, serviceTime,"),
        fault(
            "two things at once",
            "{at: 5s, hang: {cluster: east}, down: {cluster: east}}",
            "a second fault beside 'hang'"),
        fault(
            "a target that is not there",
            "{at: 5s, down: {cluster: est}}",
            "18:32: spec.faults[0].down.cluster: there is no cluster 'est' (did you mean 'east'?)"),
        fault("a zone of no cluster", "{at: 5s, down: {zone: zz}}", "there is no zone 'zz'"),
        fault(
            "a drift without end",
            "{at: 5s, slow: {cluster: east, factor: 3, drift: true}}",
            "drifts for ever (add for: TIME, in which it grows to the factor)"),
        fault(
            "comes again too early",
            "{at: 5s, for: 10s, every: 5s, hang: {cluster: east}}",
            "comes again before it is over"),
        fault(
            "comes again at once",
            "{at: 5s, for: 1us, every: 2us, hang: {cluster: east}}",
            "2us is too short (write at least 1ms)"),
        fault(
            "a share of nothing",
            "{at: 5s, hang: {cluster: east, share: 0%}}",
            "0% is outside 0.001…100%"),
        fault(
            "telemetry that is fine",
            "{at: 5s, telemetry: {cluster: east, stale: false}}",
            "is no fault (write stale: true, or leave the fault out)"),
        fault(
            "no change",
            "{at: 5s, pods: {cluster: east, service: web, change: 0}}",
            "changes nothing"),
        fault("a broker that is up", "{at: 5s, broker: up}", "'up' is not known here"),
        fault(
            "negative prices",
            "{at: 5s, prices: [{from: {region: a}, to: {region: b}, dollarsPerGiB: -1}]}",
            "'-1' is outside 0…10000"));
  }

  private static Stream<Arguments> contenders() {
    return Stream.of(
        broken(
            "a policy that nobody knows",
            "policy: l3",
            "policy: l4",
            "19:37: spec.contenders[1].steering.policy: 'l4' is not known here"),
        broken(
            "a mode",
            "policy: l3",
            "policy: l3, mode: observe",
            "spec.contenders[1].steering.mode: unknown field"),
        broken(
            "an oracle that steers",
            "steering: {policy: l3}",
            "steering: {policy: l3}, oracle: true",
            "means nothing to an oracle (remove one of the two)"),
        broken(
            "no contenders",
            "    - {name: locality}\n    - {name: l3, steering: {policy: l3}}",
            "    []",
            "has 0 items"),
        expect(
            "of a stranger",
            "{contender: l4, metric: failed, atMost: 1}",
            "18:19: spec.expect[0].contender: there is no contender 'l4' (did you mean 'l3'?)"),
        expect(
            "a metric that nobody knows",
            "{contender: l3, metric: p99, atMost: 1}",
            "'p99' is not known here"),
        expect(
            "a class of what has none",
            "{contender: l3, metric: dollarsPerHour, class: 3, atMost: 1}",
            "spec.expect[0].class: means nothing to dollarsPerHour (it is of all classes)"),
        expect(
            "a share of nobody",
            "{contender: l3, metric: share, to: west, atMost: 1}",
            "spec.expect[0]"),
        expect(
            "a cluster of what is of all",
            "{contender: l3, metric: failed, from: west, atMost: 1}",
            "spec.expect[0].from: means nothing to failed (only share has it)"),
        expect(
            "no bound",
            "{contender: l3, metric: failed}",
            "no bound (write one of value, atMost, atLeast)"),
        expect(
            "a value without tolerance",
            "{contender: l3, metric: failed, value: 3}",
            "without 'tolerance' (add how far it may be off, as 2.5 or 5%)"),
        expect(
            "a tolerance without value",
            "{contender: l3, metric: failed, atMost: 3, tolerance: 1}",
            "without 'value' (write value, or remove it)"),
        expect(
            "values of a sweep that is not there",
            "{contender: l3, metric: failed, atMost: [1, 2]}",
            "is a list, and there is no sweep (write one number)"));
  }

  private static Arguments sweep(String name, String sweep, String... says) {
    return broken(name, FAULT, "  sweep: " + sweep + "\n" + FAULT, says);
  }

  private static Stream<Arguments> sweeps() {
    return Stream.of(
        sweep(
            "over nothing",
            "{path: \"spec.links[4].delay\", values: [1ms]}",
            "17:17: spec.sweep.path: 'spec.links[4].delay' leads nowhere (it ends at spec.links)"),
        sweep("over no path", "{path: \"spec links\", values: [1ms]}", "'spec links' is no path"),
        sweep("without values", "{path: \"spec.links[0].delay\", values: []}", "has 0 items"),
        sweep(
            "with a wrong second value",
            "{path: \"spec.links[0].delay\", values: [1ms, 2sec]}",
            "17:54: spec.links[0].delay: '2sec' is not a time"),
        sweep(
            "with too few expectations",
            "{path: spec.seed, values: [1, 2, 3]}\n  expect: [{contender: l3, metric: failed,"
                + " atMost: [1, 2]}]",
            "has 2 items, and the sweep 3 (write one for each, ~ where nothing is expected)"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void everyMistakeIsSaidWhereItIs(String name, String found, String put, List<String> says) {
    assertThat(Documented.SMALL).as("the change changes something").contains(found);
    int at = Documented.SMALL.indexOf(found);
    String text =
        Documented.SMALL.substring(0, at) + put + Documented.SMALL.substring(at + found.length());

    Documented.Read read = Documented.text(text);

    assertThat(read.runs()).isEmpty();
    assertThat(read.problems()).isNotEmpty();
    String all = String.join("\n", read.problems());
    says.forEach(each -> assertThat(all).contains(each));
    assertThat(read.problems()).allMatch(problem -> problem.matches("[^:]+:[0-9]+:[0-9]+: .*"));
  }

  @Test
  void theSmallDocumentIsRight() {
    assertThat(Documented.text(Documented.SMALL).problems()).isEmpty();
  }

  @Test
  void mistakesInDifferentPartsAreSaidAtOnce() {
    String text =
        Documented.SMALL.replace("rate: 50", "rate: -1").replace("delay: 30ms", "dealy: 30ms");

    assertThat(Documented.text(text).problems())
        .hasSize(3)
        .anyMatch(problem -> problem.contains("did you mean 'delay'?"))
        .anyMatch(problem -> problem.contains("spec.traffic[0].rate"));
  }
}
