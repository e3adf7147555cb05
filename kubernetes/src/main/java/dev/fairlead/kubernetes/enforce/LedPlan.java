package dev.fairlead.kubernetes.enforce;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What our {@code WeightPlan} says of one object: what its weights shall be, and what they were.
 *
 * @param apiVersion of the object
 * @param uid of the object; another object of its name is another one
 * @param entries by weight; empty where the object is not led
 * @param driven whether the weights were or are written into the object, so that there is something
 *     to undo
 */
record LedPlan(
    String apiVersion,
    String kind,
    String name,
    String uid,
    String service,
    List<Entry> entries,
    boolean driven) {

  /**
   * One weight.
   *
   * @param key as {@link Split.Backend#key}
   * @param replaces what stood there just before the write, so that a write which did not come to
   *     pass is not taken for somebody else's
   * @param original what its owner wrote
   */
  record Entry(
      String key,
      String destination,
      int weight,
      WrittenWeight replaces,
      WrittenWeight original,
      String reason) {}

  /** How an object's weights stand to what we know of them. */
  enum Stand {
    /** As we wrote them, or as they were when we began to. */
    OURS,
    /** As their owner wrote them when we took them over. */
    ORIGINAL,
    /** Somebody else wrote them since. */
    FOREIGN
  }

  LedPlan {
    entries = List.copyOf(entries);
  }

  /** What the weights that both know say; backends may have come and gone since. */
  Stand stand(Split split) {
    Map<String, WrittenWeight> there = split.weights();
    if (equal(there, Entry::original)) {
      return Stand.ORIGINAL;
    }
    boolean ours =
        equal(there, entry -> WrittenWeight.of(entry.weight())) || equal(there, Entry::replaces);
    return ours ? Stand.OURS : Stand.FOREIGN;
  }

  private boolean equal(Map<String, WrittenWeight> there, Function<Entry, WrittenWeight> known) {
    for (Entry entry : entries) {
      WrittenWeight now = there.get(entry.key());
      if (now != null && !now.equals(known.apply(entry))) {
        return false;
      }
    }
    return true;
  }

  /** By key: what the owner wrote. */
  Map<String, WrittenWeight> originals() {
    Map<String, WrittenWeight> originals = new LinkedHashMap<>();
    entries.forEach(entry -> originals.put(entry.key(), entry.original()));
    return originals;
  }

  /** By key: what we write. */
  Map<String, WrittenWeight> weights() {
    Map<String, WrittenWeight> weights = new LinkedHashMap<>();
    entries.forEach(entry -> weights.put(entry.key(), WrittenWeight.of(entry.weight())));
    return weights;
  }

  /** The same weights, which nobody writes into the object. */
  LedPlan advice() {
    List<Entry> advised =
        entries.stream()
            .map(
                entry ->
                    new Entry(
                        entry.key(),
                        entry.destination(),
                        entry.weight(),
                        WrittenWeight.ABSENT,
                        WrittenWeight.ABSENT,
                        entry.reason()))
            .toList();
    return new LedPlan(apiVersion, kind, name, uid, service, advised, false);
  }

  /** Of an object that is not led yet. */
  static LedPlan idle(Split split) {
    return new LedPlan(
        split.apiVersion(),
        split.name().kind(),
        split.name().name(),
        split.uid(),
        split.service().toString(),
        List.of(),
        false);
  }
}
