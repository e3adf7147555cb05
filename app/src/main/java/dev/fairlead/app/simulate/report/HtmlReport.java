package dev.fairlead.app.simulate.report;

import dev.fairlead.app.state.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Results as one page: tables that need no script, and curves. It refers to nothing outside itself,
 * and its content policy lets no other script run than its own two, whatever a scenario's texts
 * hold.
 */
public final class HtmlReport {
  private static final String FOLDER = "/dev/fairlead/app/";

  /** Digits of the numbers behind the curves: finer than any screen. */
  private static final MathContext DIGITS = new MathContext(6);

  private final List<Sheet> sheets;
  private final StringBuilder page = new StringBuilder(1 << 20);

  private HtmlReport(List<Sheet> sheets) {
    this.sheets = sheets;
  }

  public static String text(List<Comparison> comparisons) {
    return new HtmlReport(Sheet.of(comparisons)).page();
  }

  private String page() {
    String plots = resource("console/uPlot.iife.min.js");
    String curves = resource("simulate/report/report.js");
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .append("default-src 'none'; style-src 'unsafe-inline'; script-src ")
        .append(hash(plots) + " " + hash(curves) + "\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    element("title", title());
    page.append("\n<!-- uPlot, in the first script and the first style:\n")
        .append(resource("console/uPlot.LICENSE"))
        .append("-->\n<style>")
        .append(resource("console/uPlot.min.css"))
        .append("</style>\n<style>")
        .append(resource("console/tokens.css"))
        .append(resource("simulate/report/report.css"))
        .append("</style>\n</head>\n<body>\n<header>");
    element("h1", title());
    element("p", verdictsInShort());
    page.append("</header>\n");
    contents();
    page.append("<main>\n");
    for (int i = 0; i < sheets.size(); i++) {
      section(sheets.get(i), i);
    }
    page.append("</main>\n<script type=\"application/json\" id=\"results\">")
        .append(data())
        .append("</script>\n<script>")
        .append(plots)
        .append("</script>\n<script>")
        .append(curves)
        .append("</script>\n</body>\n</html>\n");
    return page.toString();
  }

  private String title() {
    String first = sheets.isEmpty() ? "nothing" : sheets.getFirst().scenario().name();
    int more = sheets.size() - 1;
    return first + (more > 0 ? " and " + more + " more" : "") + ": simulated by Fairlead";
  }

  private String verdictsInShort() {
    List<Verdict> verdicts =
        sheets.stream()
            .flatMap(sheet -> sheet.points().stream())
            .flatMap(point -> point.verdicts().stream())
            .toList();
    long met = verdicts.stream().filter(Verdict::met).count();
    return verdicts.isEmpty()
        ? "Nothing was expected."
        : met + " of " + verdicts.size() + " expectations met.";
  }

  private void contents() {
    if (sheets.size() < 2) {
      return;
    }
    page.append("<nav aria-label=\"Scenarios\"><ul>");
    for (int i = 0; i < sheets.size(); i++) {
      Sheet sheet = sheets.get(i);
      boolean met = sheet.points().stream().allMatch(Comparison::met);
      page.append("<li><a href=\"#scenario-" + i + "\">");
      page.append(escaped(sheet.scenario().name())).append("</a>");
      page.append(met ? "" : " <strong class=\"missed\">missed</strong>").append("</li>");
    }
    page.append("</ul></nav>\n");
  }

  private void section(Sheet sheet, int number) {
    page.append("<section id=\"scenario-" + number + "\">\n");
    element("h2", sheet.scenario().name());
    element("p", sheet.scenario().description());
    element("p", sheet.conditions() + "; latencies are those of completed requests.");
    table(sheet);
    verdicts(sheet);
    page.append("<div class=\"curves\" data-scenario=\"" + number + "\"></div>\n</section>\n");
  }

  private void table(Sheet sheet) {
    page.append("<div class=\"scroller\" tabindex=\"0\" role=\"group\" aria-label=\"Results\">");
    page.append("<table><thead><tr>");
    List<String> titles = sheet.titles();
    for (int i = 0; i < titles.size(); i++) {
      page.append(i < sheet.names() ? "<th scope=\"col\" class=\"name\">" : "<th scope=\"col\">");
      page.append(escaped(titles.get(i))).append("</th>");
    }
    page.append("</tr></thead><tbody>");
    for (Sheet.Row row : sheet.rows()) {
      page.append(row.whole() ? "<tr>" : "<tr class=\"part\">");
      for (int i = 0; i < row.cells().size(); i++) {
        boolean name = i < sheet.names();
        page.append(name ? "<th scope=\"row\" class=\"name\">" : "<td>");
        page.append(escaped(row.cells().get(i).strip())).append(name ? "</th>" : "</td>");
      }
      page.append("</tr>");
    }
    page.append("</tbody></table></div>\n");
  }

  private void verdicts(Sheet sheet) {
    StringBuilder items = new StringBuilder();
    for (Comparison point : sheet.points()) {
      String at = point.run().point().map(each -> "at " + each.value() + ": ").orElse("");
      for (Verdict verdict : point.verdicts()) {
        items.append(verdict.met() ? "<li><span class=\"met\">" : "<li><span class=\"missed\">");
        items.append(verdict.met() ? "✓ as expected" : "✕ missed").append("</span> ");
        items.append(escaped(at + verdict.sentence())).append("</li>");
      }
    }
    if (!items.isEmpty()) {
      page.append("<h3>Expected</h3><ul class=\"verdicts\">").append(items).append("</ul>\n");
    }
  }

  private void element(String name, String text) {
    if (!text.isEmpty()) {
      page.append("<" + name + ">").append(escaped(text)).append("</" + name + ">\n");
    }
  }

  /** What the curves are drawn from. A script's end or a comment cannot begin in it. */
  private String data() {
    List<Object> scenarios = new ArrayList<>();
    for (Sheet sheet : sheets) {
      scenarios.add(JsonReport.trees(sheet.points()).stream().map(HtmlReport::rounded).toList());
    }
    return Json.MAPPER.writeValueAsString(scenarios).replace("<", "\\u003c");
  }

  private static Object rounded(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<Object, Object> rounded = new LinkedHashMap<>();
        map.forEach((name, each) -> rounded.put(name, rounded(each)));
        yield rounded;
      }
      case List<?> list -> list.stream().map(HtmlReport::rounded).toList();
      case Double number when Double.isFinite(number) ->
          new BigDecimal(number).round(DIGITS).stripTrailingZeros();
      default -> value;
    };
  }

  static String escaped(String text) {
    return text.codePoints()
        .mapToObj(
            c ->
                switch (c) {
                  case '&' -> "&amp;";
                  case '<' -> "&lt;";
                  case '>' -> "&gt;";
                  case '"' -> "&quot;";
                  case '\'' -> "&#39;";
                  default -> Character.toString(c);
                })
        .collect(Collectors.joining());
  }

  /** As a content policy names a script. */
  private static String hash(String script) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha.digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream stream = HtmlReport.class.getResourceAsStream(FOLDER + name)) {
      if (stream == null) {
        throw new IllegalStateException("the jar has no " + FOLDER + name);
      }
      // A browser hashes a script with line feeds only.
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
