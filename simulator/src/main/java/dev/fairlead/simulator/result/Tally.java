package dev.fairlead.simulator.result;

/** Counts what becomes of requests. */
final class Tally {
  private final Histogram times = new Histogram();
  private long failed;
  private long shed;

  void completed(long nanos) {
    times.record(nanos);
  }

  void failed(boolean turnedAway) {
    failed++;
    if (turnedAway) {
      shed++;
    }
  }

  void add(Tally other) {
    times.add(other.times);
    failed += other.failed;
    shed += other.shed;
  }

  void clear() {
    times.clear();
    failed = 0;
    shed = 0;
  }

  long ended() {
    return times.count() + failed;
  }

  Summary summary() {
    return new Summary(
        times.count(),
        failed,
        shed,
        times.meanNanos() / 1e6,
        times.quantileNanos(0.5) / 1e6,
        times.quantileNanos(0.9) / 1e6,
        times.quantileNanos(0.99) / 1e6,
        times.quantileNanos(0.999) / 1e6);
  }
}
