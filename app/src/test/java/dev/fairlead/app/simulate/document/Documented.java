package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Problem;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.discovery.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Scenarios as tests read them. */
final class Documented {
  /** As small as a scenario can be. */
  static final String SMALL =
      """
      apiVersion: fairlead.dev/v1alpha1
      kind: Scenario
      metadata: {name: small}
      spec:
        duration: 10s
        clusters:
          - {name: east, region: us-east, position: {x: 0, y: 0}}
          - {name: west, region: us-west, zones: [a, b]}
        links:
          - {from: east, to: west, delay: 30ms}
        services:
          - name: web
            serviceTime: 20ms
            pods: [{cluster: east, count: 2}, {cluster: west, count: 2}]
        traffic:
          - {from: east, service: web, rate: 50}
        contenders:
          - {name: locality}
          - {name: l3, steering: {policy: l3}}
      """;

  private Documented() {}

  /** What a text was read as: runs, or problems. */
  record Read(List<ScenarioDocument.Run> runs, List<String> problems) {}

  static Read text(String text, String... settings) {
    return beside("scenario.yaml", text, settings);
  }

  /** As if it stood in a file: traces are beside it. */
  static Read beside(String file, String text, String... settings) {
    Problems problems = new Problems();
    return read(YamlReader.read(file, text, problems).orElse(List.of()), problems, settings);
  }

  static Read file(Path file, String... settings) {
    Problems problems = new Problems();
    return read(Documents.values(List.of(file), problems), problems, settings);
  }

  private static Read read(List<Value> documents, Problems problems, String... settings) {
    List<Setting> parsed = Stream.of(settings).map(Setting::parse).toList();
    List<ScenarioDocument.Run> runs = new ArrayList<>();
    documents.forEach(document -> runs.addAll(ScenarioDocument.read(document, parsed)));
    return new Read(runs, problems.sorted().stream().map(Problem::toString).toList());
  }
}
