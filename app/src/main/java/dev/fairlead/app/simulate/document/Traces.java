package dev.fairlead.app.simulate.document;

import dev.fairlead.app.simulate.trace.Recording;
import dev.fairlead.app.simulate.trace.TraceFile;
import dev.fairlead.app.simulate.trace.TraceFile.Format;
import dev.fairlead.app.simulate.trace.TraceProblem;
import dev.fairlead.discovery.Problem;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Trace;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Recorded traces, each read once however many runs and entries replay it. */
final class Traces {
  private static final Map<String, Format> FORMATS = new TreeMap<>();

  static {
    for (Format format : Format.values()) {
      FORMATS.put(format.id(), format);
    }
  }

  private final Map<TraceFile, List<Recording.Part>> read = new HashMap<>();

  /**
   * The requests of a trace from one cluster to one service.
   *
   * @param repeat begins again when it ends
   */
  record Part(String cluster, String service, Trace trace, boolean repeat) {}

  /**
   * @param from where they enter; empty: the trace says it
   * @param service that they call; empty: the trace says it
   */
  Reader<List<Part>> reader(Outline names, Optional<Link.End> from, Optional<String> service) {
    return Parts.part(fields -> parts(fields, names, from.map(Link.End::cluster), service));
  }

  private Supplier<List<Part>> parts(
      Fields fields, Outline names, Optional<String> from, Optional<String> service) {
    Optional<Path> path =
        fields.required("file", value -> Optional.of(path(value)), Optional.empty());
    Optional<Format> format = fields.optional("format", Scalars.oneOf(FORMATS));
    Optional<String> only = fields.optional("only", Scalars.TEXT);
    double speed = fields.optional("speed", Scalars.number(1e-6, 1e6), 1.0);
    boolean repeat = fields.optional("repeat", Scalars.BOOLEAN, false);
    List<Recording.Part> parts =
        path.map(
                file ->
                    new TraceFile(
                        file,
                        format,
                        only,
                        new TraceFile.Names(names.zones().keySet(), names.services()),
                        from,
                        service,
                        speed))
            .flatMap(file -> load(fields, file))
            .orElse(List.of());
    return () ->
        parts.stream()
            .map(part -> new Part(part.cluster(), part.service(), part.trace(), repeat))
            .toList();
  }

  private Optional<List<Recording.Part>> load(Fields fields, TraceFile file) {
    List<Recording.Part> known = read.get(file);
    if (known != null) {
      return Optional.of(known);
    }
    Value value = fields.find("file").orElse(fields.value());
    try {
      List<Recording.Part> parts = file.read();
      read.put(file, parts);
      return Optional.of(parts);
    } catch (TraceProblem e) {
      if (e.line() == 0) {
        value.problem(e.what(), e.mend());
      } else {
        value
            .problems()
            .add(new Problem(file.path().toString(), e.line(), 1, "", e.what(), e.mend()));
      }
      return Optional.empty();
    }
  }

  /** Relative to the document's file. */
  private static Optional<Path> path(Value value) {
    return Scalars.TEXT
        .read(value)
        .flatMap(
            text -> {
              try {
                return Optional.of(Path.of(value.file()).resolveSibling(text));
              } catch (InvalidPathException e) {
                value.problem("is no file's name", "write a path beside the document");
                return Optional.empty();
              }
            });
  }
}
