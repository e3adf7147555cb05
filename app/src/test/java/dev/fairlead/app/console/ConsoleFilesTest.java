package dev.fairlead.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The console's files, as a browser without internet would find them. */
@DisplayName("The console's files")
class ConsoleFilesTest {
  /** What a page's references begin with: one page is served at the root, all else below this. */
  private static final Map<String, String> PAGES =
      Map.of("index.html", "console/", "report.html", "");

  private static final Pattern REFERENCE =
      Pattern.compile("<(?:link|script)[^>]* (?:href|src)=\"([^\"]+)\"");
  private static final Pattern LINK = Pattern.compile("<a [^>]*href=\"([^\"]+)\"");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import .* from \"\\./([^\"]+)\";$");
  private static final Pattern EXTERNAL =
      Pattern.compile("(?i)https?://[^\\s\"')]*|url\\(|@import");
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|(?m)^\\s*//.*$");
  private static final Pattern INLINE =
      Pattern.compile("(?i)<script(?![^>]* src=)|<style|\\son[a-z]+\\s*=\\s*[\"']");
  private static final Pattern MARKUP =
      Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(");

  /** The name of SVG's vocabulary: a browser never fetches it. */
  private static final String SVG_NAMESPACE = "http://www.w3.org/2000/svg";

  @Test
  @DisplayName("that the page or a module refers to are all there")
  void everyReferenceExists() {
    Map<String, String> files = reachable();

    assertThat(files)
        .containsKeys("index.html", "console.js", "console.css", "favicon.svg", "charts.js")
        .containsKeys("report.html", "report.js", "report.css", "shares.js")
        .containsKeys("uPlot.iife.min.js", "uPlot.min.css");
  }

  @Test
  @DisplayName("refer to nothing outside this process")
  void nothingExternal() {
    reachable()
        .forEach(
            (name, text) ->
                assertThat(
                        EXTERNAL.matcher(withoutComments(text)).results().map(MatchResult::group))
                    .as(name)
                    .allMatch(SVG_NAMESPACE::equals));
  }

  @Test
  @DisplayName("hold no inline script or handler, which the content policy would refuse")
  void nothingInline() {
    for (String page : PAGES.keySet()) {
      assertThat(INLINE.matcher(read(page)).results().map(MatchResult::group)).as(page).isEmpty();
    }
  }

  @Test
  @DisplayName("lead from each page to the other, and to what the admin API has")
  void pagesAreLinked() {
    assertThat(links("index.html")).containsExactly("./", "console/report.html", "metrics");
    assertThat(links("report.html"))
        .containsExactly("../", "report.html", "../report", "../report");
  }

  private static List<String> links(String page) {
    return LINK.matcher(read(page)).results().map(match -> match.group(1)).toList();
  }

  @Test
  @DisplayName("never make markup from data")
  void noMarkupFromData() {
    reachable().entrySet().stream()
        .filter(file -> file.getKey().endsWith(".js") && !file.getKey().startsWith("uPlot"))
        .forEach(
            file ->
                assertThat(MARKUP.matcher(file.getValue()).results().map(MatchResult::group))
                    .as(file.getKey())
                    .isEmpty());
  }

  @Test
  @DisplayName("come with the licence of what is not ours")
  void licence() {
    assertThat(read("uPlot.LICENSE")).contains("MIT License", "Leon Sorokin");
  }

  /** Each file that a browser loads, by name; fails where one is missing. */
  private static Map<String, String> reachable() {
    Map<String, String> found = new LinkedHashMap<>();
    Deque<String> open = new ArrayDeque<>();
    PAGES.forEach(
        (page, folder) -> {
          found.put(page, read(page));
          for (MatchResult match : REFERENCE.matcher(found.get(page)).results().toList()) {
            assertThat(match.group(1)).as(page).startsWith(folder);
            open.add(match.group(1).substring(folder.length()));
          }
        });
    while (!open.isEmpty()) {
      String name = open.remove();
      if (found.containsKey(name)) {
        continue;
      }
      String text = read(name);
      found.put(name, text);
      IMPORT.matcher(text).results().map(match -> match.group(1)).forEach(open::add);
    }
    return found;
  }

  private static String withoutComments(String text) {
    return COMMENT.matcher(text).replaceAll("");
  }

  private static String read(String name) {
    try (var stream =
        ConsoleFilesTest.class.getResourceAsStream("/dev/fairlead/app/console/" + name)) {
      assertThat(stream).as(name).isNotNull();
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
