package dev.fairlead.balancer.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.library.EmbeddingProgram.By;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code in the library's page: each block stands alone, given a balancer and an HTTP client. */
class LibraryPageTest {
  @TempDir private Path folder;

  @Test
  void eachBlockCompiles() throws IOException {
    List<String> blocks = Markdown.javaBlocks("docs/library.md");
    StringBuilder methods = new StringBuilder();
    for (String block : blocks) {
      methods.append("static void block").append(methods.length());
      methods.append("(ServiceBalancer balancer, HttpClient client) throws Exception {\n");
      methods.append(block).append("}\n");
    }

    assertThat(blocks).isNotEmpty();
    EmbeddingProgram.compile(Source.program("", methods.toString()), By.MODULE_PATH, folder);
  }
}
