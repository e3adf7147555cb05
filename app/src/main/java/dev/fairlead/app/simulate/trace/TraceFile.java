package dev.fairlead.app.simulate.trace;

import dev.fairlead.discovery.yaml.Nearest;
import dev.fairlead.discovery.yaml.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A recorded trace, and which of its requests are to be replayed.
 *
 * @param format empty: what its first line looks like
 * @param only of an access log, the service whose requests are meant, as the log calls it; empty:
 *     the only one that it has
 * @param names what the scenario knows
 * @param from requests enter there, and those of other clusters are left out; empty: as the trace
 *     says
 * @param service likewise, which they call
 * @param speed so many times as fast as recorded, positive
 */
public record TraceFile(
    Path path,
    Optional<Format> format,
    Optional<String> only,
    Names names,
    Optional<String> from,
    Optional<String> service,
    double speed) {

  /** The clusters and services of a scenario. */
  public record Names(Set<String> clusters, Set<String> services) {
    public Names {
      clusters = Set.copyOf(clusters);
      services = Set.copyOf(services);
    }
  }

  /** How a line is written. */
  public enum Format {
    ACCESS_LOG("access-log"),
    COMMON("common"),
    COMBINED("combined"),
    COLUMNS("columns");

    private final String id;

    Format(String id) {
      this.id = id;
    }

    /** As in documents. */
    public String id() {
      return id;
    }

    private Row.Reader reader() {
      return switch (this) {
        case ACCESS_LOG -> new OwnLog();
        case COMMON, COMBINED -> new CommonLog();
        case COLUMNS -> new Columns();
      };
    }

    private static Format of(String line) {
      if (line.startsWith("{")) {
        return ACCESS_LOG;
      }
      return line.startsWith("#") || (line.indexOf(',') >= 0 && line.indexOf('[') < 0)
          ? COLUMNS
          : COMMON;
    }
  }

  /**
   * Reads it whole.
   *
   * @return at least one part
   * @throws TraceProblem for the first mistake, if nothing is to be replayed, or if it is too much
   */
  public List<Recording.Part> read() {
    try (Lines lines = Lines.of(path)) {
      return read(lines);
    } catch (IOException e) {
      throw new TraceProblem(0, path + " cannot be closed: " + e.getMessage(), "");
    }
  }

  private List<Recording.Part> read(Lines lines) {
    Recording recording = new Recording();
    Set<String> logged = new TreeSet<>();
    Format known = format.orElse(Format.COLUMNS);
    Optional<Row.Reader> reader = format.map(Format::reader);
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      if (reader.isEmpty()) {
        known = Format.of(line.get());
        reader = Optional.of(known.reader());
      }
      int number = lines.number();
      Optional<Row> row = reader.get().read(line.get(), number);
      if (row.isPresent()) {
        Optional<Source> source =
            known == Format.COLUMNS ? source(row.get(), number) : logged(row.get(), logged, number);
        if (source.isPresent()) {
          recording.add(source.get(), row.get(), number);
        }
      }
    }
    boolean wholeSeconds = known == Format.COMMON || known == Format.COMBINED;
    if (recording.isEmpty()) {
      throw new TraceProblem(0, "has no request to replay" + about(logged), "");
    }
    return recording.parts(speed, wholeSeconds);
  }

  private static String about(Set<String> logged) {
    return logged.isEmpty() ? "" : ": its services are " + String.join(", ", logged);
  }

  /** The place that a row of columns names; empty where it is not among those that are meant. */
  private Optional<Source> source(Row row, int number) {
    String cluster = named(row.cluster(), "cluster", from, names.clusters(), number).orElse("");
    String called = named(row.service(), "service", service, names.services(), number).orElse("");
    boolean meant =
        from.filter(each -> !each.equals(cluster)).isEmpty()
            && service.filter(each -> !each.equals(called)).isEmpty();
    return meant ? Optional.of(new Source(cluster, called)) : Optional.empty();
  }

  private static Optional<String> named(
      String name, String what, Optional<String> wanted, Collection<String> known, int number) {
    if (name.isEmpty()) {
      if (wanted.isEmpty()) {
        throw new TraceProblem(
            number,
            "names no " + what,
            "fill the column, or say it beside 'trace' for all: "
                + (what.equals("cluster") ? "from" : what));
      }
      return wanted;
    }
    // With one chosen, the trace's others need not be in the scenario.
    if (wanted.isEmpty() && !known.contains(name)) {
      throw new TraceProblem(
          number, "there is no " + what + " " + Quoted.of(name), Nearest.hint(name, known));
    }
    return Optional.of(name);
  }

  /** A log's requests all enter and lead where the document says. */
  private Optional<Source> logged(Row row, Set<String> logged, int number) {
    String cluster = said(from, "where the requests enter", "from: CLUSTER");
    String called = said(service, "whom the requests call", "service: NAME");
    if (!row.service().isEmpty() && logged.size() < MOST_LISTED) {
      logged.add(row.service());
    }
    if (only.isPresent()) {
      return only.get().equals(row.service())
          ? Optional.of(new Source(cluster, called))
          : Optional.empty();
    }
    if (logged.size() > 1) {
      throw new TraceProblem(
          number,
          "requests of several services: " + String.join(", ", logged),
          "say which are meant, as only: " + logged.iterator().next());
    }
    return Optional.of(new Source(cluster, called));
  }

  /** Services of a log that a message names. */
  private static final int MOST_LISTED = 20;

  private static String said(Optional<String> field, String what, String hint) {
    if (field.isEmpty()) {
      throw new TraceProblem(0, "an access log does not say " + what, "add " + hint);
    }
    return field.get();
  }

  /** Where requests enter and whom they call. */
  record Source(String cluster, String service) {}
}
