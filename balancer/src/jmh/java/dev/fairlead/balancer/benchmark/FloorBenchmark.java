package dev.fairlead.balancer.benchmark;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the parts cost of which a pick is made, so that its figure can be read on any machine. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FloorBenchmark {
  private final AtomicLong count = new AtomicLong();
  private double elapsed = 1e-6;

  @Benchmark
  public long clock() {
    return System.nanoTime();
  }

  @Benchmark
  public long random() {
    return ThreadLocalRandom.current().nextLong();
  }

  @Benchmark
  public long atomicIncrement() {
    return count.getAndIncrement();
  }

  @Benchmark
  public double exponential() {
    return Math.exp(-elapsed);
  }
}
