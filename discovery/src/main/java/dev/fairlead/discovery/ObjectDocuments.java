package dev.fairlead.discovery;

import dev.fairlead.discovery.document.Document;
import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.resolve.Resolution;
import dev.fairlead.discovery.yaml.FieldPath;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Documents that come and go one by one, as objects of the Kubernetes API, each accepted or refused
 * by itself. One that is refused is left as it was when it was last accepted; one that never was,
 * or that no longer fits to the others, is left out; and what fits no longer then, too.
 *
 * <p>Has a memory of what was accepted; for one thread.
 */
public final class ObjectDocuments {
  /** Each leaves out what referred to what the one before left out: no reference is so long. */
  private static final int MAX_ROUNDS = 32;

  private Map<String, Item> accepted = new HashMap<>();

  /** One object, read; or all the files, which are one thing here. */
  public static final class Item {
    private final Problems problems;
    private final List<Document> documents;
    private final List<Problem> mistakes;
    private final boolean files;

    private Item(Problems problems, List<Document> documents, boolean files) {
      this.problems = problems;
      this.documents = List.copyOf(documents);
      this.mistakes = problems.sorted();
      this.files = files;
    }

    /** What is wrong with it, whatever the others are; empty: nothing. */
    public List<Problem> mistakes() {
      return mistakes;
    }
  }

  /**
   * What came of all objects.
   *
   * @param result refused only if the files are wrong, or nothing fits to anything
   * @param refused what is wrong with each object that is not in force as it is
   * @param unresolved references of objects that are in force, but lead nowhere
   */
  public record Outcome(
      Documents.Result result,
      SortedMap<String, List<Problem>> refused,
      SortedMap<String, List<Problem>> unresolved) {
    public Outcome {
      refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
      unresolved = Collections.unmodifiableSortedMap(new TreeMap<>(unresolved));
    }
  }

  /**
   * Reads one object.
   *
   * @param name for problems: {@code HTTPRoute/shop/web}
   * @param newerFields whether fields that are not known are passed over
   */
  public static Item read(String name, Node object, boolean newerFields) {
    Problems problems = Problems.ofObject(newerFields);
    return new Item(problems, Kinds.read(new Value(problems, name, FieldPath.ROOT, object)), false);
  }

  /** Reads files beside the objects: as strictly as without them, and all or nothing. */
  public static Item read(List<Path> paths) {
    Problems problems = new Problems();
    List<Document> documents = new ArrayList<>();
    Documents.values(paths, problems).forEach(value -> documents.addAll(Kinds.read(value)));
    return new Item(problems, documents, true);
  }

  /**
   * Links all objects that there are.
   *
   * @param current by the name that each was read with
   */
  public Outcome resolve(Map<String, Item> current, Here here) {
    SortedMap<String, List<Problem>> refused = new TreeMap<>();
    SortedMap<String, Item> used = new TreeMap<>(current);
    for (Item item : current.values()) {
      if (item.files && !item.mistakes.isEmpty()) {
        return refuse(item.mistakes, new TreeSet<>(), refused);
      }
    }
    current.forEach(
        (name, item) -> {
          if (!item.mistakes.isEmpty()) {
            refused.put(name, item.mistakes);
            fallBack(name, item, used);
          }
        });
    for (int round = 0; round < MAX_ROUNDS; round++) {
      used.values().forEach(item -> item.problems.clear());
      Problems general = new Problems();
      Configuration configuration = Resolution.resolve(documents(used), here, general);
      Map<String, Item> wrong = new TreeMap<>(used);
      wrong.values().removeIf(item -> item.problems.isEmpty());
      if (wrong.isEmpty()) {
        return accept(configuration, general, current, used, refused);
      }
      for (Map.Entry<String, Item> each : wrong.entrySet()) {
        refused.putIfAbsent(each.getKey(), each.getValue().problems.sorted());
        fallBack(each.getKey(), each.getValue(), used);
      }
      Optional<Item> files = wrong.values().stream().filter(item -> item.files).findFirst();
      if (files.isPresent()) {
        return refuse(files.get().problems.sorted(), configuration.files(), refused);
      }
    }
    Problem endless =
        new Problem(
            "kubernetes", 0, 0, "", "objects refer to refused ones in too long a chain", "");
    return refuse(List.of(endless), new TreeSet<>(), refused);
  }

  /** To what was accepted before, unless that is what is wrong now. */
  private void fallBack(String name, Item wrong, Map<String, Item> used) {
    Item before = accepted.get(name);
    if (before == null || before == wrong || wrong.files) {
      used.remove(name);
    } else {
      used.put(name, before);
    }
  }

  private static List<Document> documents(Map<String, Item> used) {
    List<Document> documents = new ArrayList<>();
    used.values().forEach(item -> documents.addAll(item.documents));
    return documents;
  }

  private Outcome accept(
      Configuration configuration,
      Problems general,
      Map<String, Item> current,
      Map<String, Item> used,
      SortedMap<String, List<Problem>> refused) {
    Map<String, Item> next = new HashMap<>(accepted);
    next.putAll(used);
    next.keySet().retainAll(current.keySet());
    accepted = next;
    SortedMap<String, List<Problem>> unresolved = new TreeMap<>();
    used.forEach(
        (name, item) -> {
          if (!item.problems.unresolved().isEmpty()) {
            unresolved.put(name, item.problems.unresolved());
          }
        });
    // Of no object: as a cluster's id on the command line without a ClusterProfile.
    general.sorted().forEach(each -> refused.put(each.file(), List.of(each)));
    return new Outcome(new Documents.Result.Accepted(configuration), refused, unresolved);
  }

  private static Outcome refuse(
      List<Problem> problems, SortedSet<Path> files, SortedMap<String, List<Problem>> refused) {
    return new Outcome(new Documents.Result.Refused(problems, files), refused, new TreeMap<>());
  }
}
