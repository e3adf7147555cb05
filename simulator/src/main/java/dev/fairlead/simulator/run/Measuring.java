package dev.fairlead.simulator.run;

import dev.fairlead.simulator.result.Curves;
import dev.fairlead.simulator.result.Curves.ShareCurve;
import dev.fairlead.simulator.result.Outcome;
import dev.fairlead.simulator.result.Recorder;
import dev.fairlead.simulator.result.Summary;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.world.Places;
import dev.fairlead.simulator.world.Routine;
import dev.fairlead.simulator.world.Way;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** What a run counts beside its requests, and what comes out in the end. */
final class Measuring {
  private static final double HOUR_NANOS = 3600e9;

  private final Places places;
  private final List<Caller> callers;
  private final Recorder recorder;
  private final List<Source> sources;
  private final SlowLoop slowLoop;
  private final long from;
  private final long resolution;
  private final long end;
  private final List<Line> lines = new ArrayList<>();
  private boolean measuring;
  private long lastCut;
  private double dollarsAtCut;

  /** Bytes and dollars of each way when the warm-up ended. */
  private final long[][] bytesThen;

  private final double[][] dollarsThen;
  private long sharedThen;

  /** A caller's share for one cluster, over time. */
  private static final class Line {
    final Caller caller;
    final Source source;
    final int to;
    final List<Double> seconds = new ArrayList<>();
    final List<Double> picked = new ArrayList<>();
    final List<Double> planned = new ArrayList<>();
    long sent;

    Line(Caller caller, Source source, int to) {
      this.caller = caller;
      this.source = source;
      this.to = to;
    }
  }

  Measuring(
      Scenario scenario,
      Places places,
      List<Caller> callers,
      Recorder recorder,
      List<Source> sources,
      SlowLoop slowLoop) {
    this.places = places;
    this.callers = callers;
    this.recorder = recorder;
    this.sources = sources;
    this.slowLoop = slowLoop;
    this.from = scenario.warmUp().toNanos();
    this.end = from + scenario.duration().toNanos();
    this.resolution = scenario.resolution().toNanos();
    this.bytesThen = new long[places.count()][places.count()];
    this.dollarsThen = new double[places.count()][places.count()];
    for (Caller caller : callers) {
      Source source = sources.stream().filter(each -> each.has(caller)).findFirst().orElseThrow();
      for (int to = 0; to < places.clusters().size(); to++) {
        if (!caller.fleet.pods(places.clusters().get(to)).isEmpty()) {
          lines.add(new Line(caller, source, to));
        }
      }
    }
  }

  void schedule(ObjLongConsumer<Routine> at) {
    at.accept(this::turn, from);
  }

  /** The warm-up or a stretch of the curves is over. */
  private long turn(long now) {
    if (!measuring) {
      measuring = true;
      eachWay((way, source, target) -> bytesThen[source][target] = way.bytes());
      eachWay((way, source, target) -> dollarsThen[source][target] = way.dollars());
      sharedThen = slowLoop.bytesShared();
      callers.forEach(caller -> Arrays.fill(caller.picked, 0));
      lastCut = now;
      dollarsAtCut = dollars();
    } else {
      cut(now);
    }
    return now + resolution <= end ? now + resolution : Routine.NEVER;
  }

  private interface EachWay {
    void see(Way way, int source, int target);
  }

  private void eachWay(EachWay each) {
    for (int source = 0; source < places.count(); source++) {
      for (int target = 0; target < places.count(); target++) {
        each.see(places.way(source, target), source, target);
      }
    }
  }

  /** Per hour, but not of a fraction of one: what moved once in a minute need not go on so. */
  private double oscillationIndex(long now) {
    double most = sources.stream().mapToDouble(Source::toAndFro).max().orElse(0);
    return most / Math.max(1, now / HOUR_NANOS);
  }

  /** All that bytes cost so far. */
  private double dollars() {
    double[] sum = new double[1];
    eachWay((way, source, target) -> sum[0] += way.dollars());
    return sum[0];
  }

  private void cut(long now) {
    double dollars = dollars();
    double perHour = (dollars - dollarsAtCut) * HOUR_NANOS / (now - lastCut);
    recorder.cut(now, perHour, oscillationIndex(now));
    dollarsAtCut = dollars;
    lastCut = now;
    double seconds = (now - from) / 1e9;
    for (Line line : lines) {
      long all = Arrays.stream(line.caller.picked).sum();
      line.seconds.add(seconds);
      line.picked.add(all == 0 ? Double.NaN : (double) line.caller.picked[line.to] / all);
      line.planned.add(line.source.planned(places.clusters().get(line.to)));
    }
    count();
  }

  private void count() {
    lines.forEach(line -> line.sent += line.caller.picked[line.to]);
    callers.forEach(caller -> Arrays.fill(caller.picked, 0));
  }

  /** To be called at the end. */
  Outcome outcome(String name, long now) {
    count();
    Summary all = recorder.all();
    long attempts = callers.stream().mapToLong(caller -> caller.attempts).sum();
    long crossings = callers.stream().mapToLong(caller -> caller.crossings).sum();
    long requests = callers.stream().mapToLong(caller -> caller.requests).sum();
    double hours = (now - from) / HOUR_NANOS;
    List<Outcome.Egress> egress = egress();
    return new Outcome(
        name,
        all,
        recorder.byClass(),
        recorder.byService(),
        recorder.started(),
        recorder.started() - all.completed() - all.failed(),
        requests == 0 ? Double.NaN : (double) attempts / requests,
        attempts == 0 ? Double.NaN : (double) crossings / attempts,
        egress.stream().mapToDouble(Outcome.Egress::dollars).sum() / hours,
        oscillationIndex(now),
        (slowLoop.bytesShared() - sharedThen) / (hours * 3600),
        egress,
        sent(),
        new Curves(recorder.points(), shareCurves()));
  }

  private List<Outcome.Sent> sent() {
    return lines.stream()
        .map(
            line ->
                new Outcome.Sent(
                    line.caller.fleet.service().name(),
                    line.caller.clusterName,
                    places.clusters().get(line.to),
                    line.sent))
        .toList();
  }

  private List<Outcome.Egress> egress() {
    List<Outcome.Egress> found = new ArrayList<>();
    eachWay(
        (way, source, target) -> {
          long bytes = way.bytes() - bytesThen[source][target];
          if (bytes > 0) {
            double dollars = way.dollars() - dollarsThen[source][target];
            found.add(new Outcome.Egress(placeName(source), placeName(target), bytes, dollars));
          }
        });
    found.sort(
        Comparator.comparingDouble(Outcome.Egress::dollars)
            .reversed()
            .thenComparing(Comparator.comparingLong(Outcome.Egress::bytes).reversed()));
    return found;
  }

  private String placeName(int place) {
    return places.place(place).cluster() + "/" + places.place(place).locality().zone();
  }

  private List<ShareCurve> shareCurves() {
    List<ShareCurve> curves = new ArrayList<>();
    for (Line line : lines) {
      curves.add(
          new ShareCurve(
              line.caller.fleet.service().name(),
              placeName(line.caller.place),
              places.clusters().get(line.to),
              line.seconds,
              line.picked,
              line.planned));
    }
    return curves;
  }
}
