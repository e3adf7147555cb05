package dev.fairlead.balancer.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The Java code in a document, block by block, so that a test can compile what people read. */
final class Markdown {
  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\n(.*?)^```$");

  private Markdown() {}

  /**
   * @param document its path from the top of the source tree; tests run in the module's folder
   */
  static List<String> javaBlocks(String document) throws IOException {
    String text = Files.readString(Path.of("..").resolve(document));
    return JAVA.matcher(text).results().map((MatchResult block) -> block.group(1)).toList();
  }
}
