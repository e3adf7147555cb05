package dev.fairlead.app.simulate.trace;

import dev.fairlead.app.simulate.trace.TraceFile.Source;
import dev.fairlead.simulator.scenario.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Recorded requests, packed, in the order in which they were written. A log's lines come when
 * requests end: the traces that are made of them are in the order of arrival.
 */
public final class Recording {
  private static final int INDEX_BITS = 21;

  /** Requests that a recording may have: some 120 MB, and as much again for the traces. */
  static final int MAX_REQUESTS = 1 << INDEX_BITS;

  /** What fits beside an index into a sort key: fifty days of microseconds. */
  private static final long MAX_SPAN_MICROS = 1L << (63 - INDEX_BITS);

  private static final int WIDTH = 7;
  private static final int FIRST_CAPACITY = 1024;
  private static final long SECOND_MICROS = 1_000_000;

  private final Map<Source, Integer> sources = new LinkedHashMap<>();
  private long[] rows = new long[WIDTH * FIRST_CAPACITY];
  private int size;

  /** The requests from one cluster to one service. */
  public record Part(String cluster, String service, Trace trace) {}

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * @throws TraceProblem if there is no more room
   */
  void add(Source source, Row row, int line) {
    if (size == MAX_REQUESTS) {
      throw new TraceProblem(
          line, "more than " + MAX_REQUESTS + " requests to replay", "take a part of the file");
    }
    int at = WIDTH * size;
    if (at == rows.length) {
      rows = Arrays.copyOf(rows, 2 * rows.length);
    }
    Integer known = sources.get(source);
    int index = known == null ? sources.size() : known;
    if (known == null) {
      sources.put(source, index);
    }
    rows[at] = row.atMicros();
    rows[at + 1] = index;
    rows[at + 2] = row.trafficClass();
    rows[at + 3] = row.key();
    rows[at + 4] = row.requestBytes();
    rows[at + 5] = row.responseBytes();
    rows[at + 6] = row.serviceNanos();
    size++;
  }

  /**
   * The traces of all that was added. Their time begins with the first request of all.
   *
   * @param speed so many times as fast as recorded
   * @param wholeSeconds times are no finer than that: requests of one second are spread over it
   */
  List<Part> parts(double speed, boolean wholeSeconds) {
    long[] order = order();
    if (wholeSeconds) {
      spread(order);
    }
    List<Trace.Builder> traces = new ArrayList<>();
    sources.forEach((source, index) -> traces.add(new Trace.Builder()));
    long first = rows[WIDTH * index(order[0])];
    for (long each : order) {
      int at = WIDTH * index(each);
      long nanos = Math.round((rows[at] - first) * 1000 / speed);
      traces
          .get((int) rows[at + 1])
          .add(nanos, rows[at + 2], rows[at + 3], rows[at + 4], rows[at + 5], rows[at + 6]);
    }
    List<Part> parts = new ArrayList<>();
    sources.forEach(
        (source, index) ->
            parts.add(new Part(source.cluster(), source.service(), traces.get(index).build())));
    return List.copyOf(parts);
  }

  /** Row numbers by time, those of the same time as they were written; in the keys' low bits. */
  private long[] order() {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (int i = 0; i < size; i++) {
      first = Math.min(first, rows[WIDTH * i]);
      last = Math.max(last, rows[WIDTH * i]);
    }
    if (last - first >= MAX_SPAN_MICROS) {
      throw new TraceProblem(0, "spans more than 50 days", "take a part of it");
    }
    long[] keys = new long[size];
    for (int i = 0; i < size; i++) {
      keys[i] = (rows[WIDTH * i] - first) << INDEX_BITS | i;
    }
    Arrays.sort(keys);
    return keys;
  }

  private static int index(long key) {
    return (int) (key & (MAX_REQUESTS - 1));
  }

  /** Equal distances within each second. */
  private void spread(long[] order) {
    int from = 0;
    while (from < order.length) {
      long second = rows[WIDTH * index(order[from])];
      int to = from;
      while (to < order.length && rows[WIDTH * index(order[to])] == second) {
        to++;
      }
      for (int i = from; i < to; i++) {
        rows[WIDTH * index(order[i])] = second + SECOND_MICROS * (i - from) / (to - from);
      }
      from = to;
    }
  }
}
