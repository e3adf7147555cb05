package dev.fairlead.app.simulate.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.simulate.document.ScenarioDocument.Point;
import dev.fairlead.app.state.Json;
import dev.fairlead.simulator.scenario.Expectation;
import dev.fairlead.simulator.scenario.Metric;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The report's page, as a browser without network would find it. */
class HtmlReportTest {
  private static final String HOSTILE =
      "</script><script>alert(1)</script><img src=x onerror=alert(2)> \" ' & <!-- -->";

  private static final Pattern SCRIPT = Pattern.compile("(?s)<script([^>]*)>(.*?)</script>");

  private static String page(String text) {
    Expectation hostile =
        new Expectation(
            "locality",
            Metric.FAILED,
            Optional.empty(),
            Optional.empty(),
            new Expectation.AtMost(1),
            text);
    return HtmlReport.text(
        List.of(
            Results.of("plain", text, Optional.empty(), List.of(hostile)),
            Results.of(text, "", Optional.of(new Point("spec." + text, text, 0, 1)), List.of())));
  }

  private static List<String> scripts(String page) {
    return SCRIPT.matcher(page).results().map(match -> match.group(1)).toList();
  }

  @Test
  void textsOfAScenarioCannotBecomeMarkup() {
    String page = page(HOSTILE);
    String withoutScripts = SCRIPT.matcher(page).replaceAll("");

    assertThat(scripts(page)).containsExactly(" type=\"application/json\" id=\"results\"", "", "");
    assertThat(withoutScripts).doesNotContain("<img", "alert(1)</", "<script");
    assertThat(page.split("&lt;/script&gt;&lt;script&gt;alert\\(1\\)", -1).length - 1)
        .as("title twice, heading, description, verdict, sweep")
        .isGreaterThanOrEqualTo(5);
  }

  @Test
  void theDataBehindTheCurvesIsJsonWithTheTextsAsTheyAre() {
    String data =
        SCRIPT
            .matcher(page(HOSTILE))
            .results()
            .findFirst()
            .map(match -> match.group(2))
            .orElseThrow();

    assertThat(data).doesNotContain("<");
    var results = Json.MAPPER.readTree(data);
    assertThat(results.path(1).path(0).path("scenario").stringValue()).isEqualTo(HOSTILE);
    assertThat(
            results
                .path(0)
                .path(0)
                .path("policies")
                .path(0)
                .path("overTime")
                .path("p99Millis")
                .path(1)
                .isNull())
        .isTrue();
  }

  @Test
  void onlyItsOwnTwoScriptsMayRun() throws NoSuchAlgorithmException {
    String page = page(HOSTILE);
    List<String> bodies =
        SCRIPT.matcher(page).results().skip(1).map(match -> match.group(2)).toList();
    MessageDigest sha = MessageDigest.getInstance("SHA-256");

    for (String body : bodies) {
      String hash =
          Base64.getEncoder().encodeToString(sha.digest(body.getBytes(StandardCharsets.UTF_8)));
      assertThat(page).contains("'sha256-" + hash + "'");
    }
    assertThat(page).contains("default-src 'none'").doesNotContain("script-src 'unsafe-inline'");
  }

  @Test
  void nothingOutsideThePageIsReferredTo() {
    String page = page("calm");
    Pattern reference =
        Pattern.compile("(?i)<[^>]* (?:src|href)\\s*=\\s*\"([^\"]*)\"|url\\(|@import");

    assertThat(reference.matcher(page).results().map(MatchResult::group))
        .allMatch(each -> each.contains("href=\"#scenario-"));
    assertThat(page).contains("Leon Sorokin", "MIT License");
  }

  @Test
  void tablesCanBeReadWithoutScripts() {
    assertThat(page("calm"))
        .contains("<th scope=\"row\" class=\"name\">locality</th><td>900</td><td>100</td>")
        .contains("<span class=\"missed\">✕ missed</span> locality failed: expected at most 1")
        .contains("0 of 1 expectations met.");
  }
}
