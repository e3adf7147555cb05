package dev.fairlead.kubernetes.schema;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The documents of our own kinds that the reference and the examples show. */
public final class Examples {
  private static final Path REFERENCE = Path.of("../docs/reference/documents.md");
  private static final Path EXAMPLES = Path.of("../examples");
  private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  private Examples() {}

  /** By where they stand: {@code documents.md TrafficPolicy/shop}. */
  public static Map<String, Map<String, Object>> all() throws IOException {
    Map<String, Map<String, Object>> documents = new LinkedHashMap<>();
    Matcher blocks = BLOCK.matcher(Files.readString(REFERENCE));
    while (blocks.find()) {
      add(REFERENCE, blocks.group(1), documents);
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(EXAMPLES)) {
      files = walk.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    for (Path file : files) {
      add(file, Files.readString(file), documents);
    }
    return documents;
  }

  private static void add(Path file, String text, Map<String, Map<String, Object>> documents) {
    for (Map<String, Object> document : read(text)) {
      if ("fairlead.dev/v1alpha1".equals(document.get("apiVersion"))
          && !"Scenario".equals(document.get("kind"))) {
        Map<?, ?> metadata = (Map<?, ?>) document.get("metadata");
        String name = document.get("kind") + "/" + metadata.get("name");
        documents.put(file.subpath(1, file.getNameCount()) + " " + name, document);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> read(String text) {
    List<Map<String, Object>> documents = new ArrayList<>();
    for (String document : text.split("(?m)^---$")) {
      Map<String, Object> read = Serialization.unmarshal(document, Map.class);
      if (read != null) {
        documents.add(read);
      }
    }
    return documents;
  }
}
