package dev.fairlead.balancer.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.balancer.library.EmbeddingProgram.By;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The README's example, its very text: compiled for Java 21 and run in a process that has nothing
 * but the balancer's jar, against real servers.
 */
class LibraryExampleTest {
  private static final String EXAMPLE_PORTS = "9001, 9002";

  /** So many requests are sent before it is looked where they went. */
  private static final int WINDOW = 400;

  /** Each of a fraction of a millisecond: by then the balancer has long learnt who is well. */
  private static final int MOST_WINDOWS = 500;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void trafficGoesToTheEndpointsThatAreWell(By by) throws Exception {
    trafficGoesToTheEndpointsThatAreWell(by, JavaHome.CURRENT);
  }

  @ParameterizedTest
  @EnumSource
  void onJava21TrafficGoesToTheEndpointsThatAreWell(By by) throws Exception {
    Optional<JavaHome> java21 = JavaHome.of(21);
    assumeTrue(java21.isPresent(), "no Java 21 here: name one by JAVA21_HOME");

    List<String> printed = trafficGoesToTheEndpointsThatAreWell(by, java21.get());

    assertThat(printed).contains("java 21");
  }

  private List<String> trafficGoesToTheEndpointsThatAreWell(By by, JavaHome java) throws Exception {
    try (Servers servers = new Servers()) {
      int good = servers.answering(200);
      int alsoGood = servers.answering(200);
      int failing = servers.answering(500);
      int down = Servers.down();
      String ports = "%d, %d, %d, %d".formatted(good, alsoGood, failing, down);

      List<String> printed = EmbeddingProgram.compile(balancing(ports), by, folder).run(java);

      String module = by == By.MODULE_PATH ? "module dev.fairlead.balancer" : "no module";
      assertThat(printed).contains(module, "jspecify absent");
      assertThat(printed).contains("all told true", "none in flight true");
      assertThat(servers.requests(failing)).as("asked of the failing one").isPositive();
      // At most a tenth of a fair share for both that are not well.
      int toGood = number(printed, "to " + good);
      int toAlsoGood = number(printed, "to " + alsoGood);
      assertThat(toGood + toAlsoGood).isGreaterThanOrEqualTo(WINDOW - WINDOW / 4 / 10);
      // Drawn in pairs of three, each good one meets the failing one in a third of all picks; a
      // share below a fifth is 5.6 standard deviations away.
      assertThat(List.of(toGood, toAlsoGood)).allMatch(picks -> picks > WINDOW / 5);
      return printed;
    }
  }

  @Test
  void eachEndingIsToldAsWhatItWas() throws Exception {
    try (Servers servers = new Servers()) {
      List<Integer> ports =
          List.of(
              servers.answering(200), // A process's first request may take any time.
              servers.answering(200),
              servers.answering(404),
              servers.answering(429),
              servers.answering(500),
              servers.answering(503),
              Servers.down(),
              servers.breakingOff(),
              servers.mute());

      List<String> printed =
          EmbeddingProgram.compile(endings(), By.CLASS_PATH, folder)
              .run(JavaHome.CURRENT, ports.toArray());

      assertThat(printed.subList(1, printed.size()))
          .containsExactly(
              "REPLIED",
              "REPLIED",
              "OVERLOADED",
              "FAILED",
              "OVERLOADED",
              "CONNECT_FAILED ConnectException",
              "RESET IOException",
              "TIMED_OUT HttpTimeoutException");
    }
  }

  private static String setUp() throws IOException {
    return Markdown.javaBlocks("README.md").get(0);
  }

  private static String request() throws IOException {
    return Markdown.javaBlocks("README.md").get(1);
  }

  private static int number(List<String> printed, String label) {
    return printed.stream()
        .filter(line -> line.startsWith(label + " "))
        .mapToInt(line -> Integer.parseInt(line.substring(label.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  /**
   * A program that sends windows of requests until one went to the good endpoints, and prints what
   * it saw. What has to be learnt takes time, a second or so: a window later it shows.
   */
  private static String balancing(String ports) throws IOException {
    String main =
        """
        long sent = 0;
        long replied = 0;
        Map<Integer, Integer> answers = new TreeMap<>();
        for (int window = 0, lost = WINDOW; lost > WINDOW / 40; window++) {
          if (window == MOST_WINDOWS) {
            throw new IllegalStateException("of the last requests answered well: " + answers);
          }
          answers.clear();
          lost = 0;
          for (int i = 0; i < WINDOW; i++, sent++) {
            try {
              HttpResponse<String> response = get(balancer, client, "/");
              if (response.statusCode() == 200) {
                replied++;
                answers.merge(response.uri().getPort(), 1, Integer::sum);
              } else {
                lost++;
              }
            } catch (IOException e) {
              lost++;
            }
          }
        }
        answers.forEach((port, count) -> System.out.println("to " + port + " " + count));
        var row = balancer.report().destinations().get(0);
        boolean told = row.started() == sent && row.replied() == replied && row.ignored() == 0;
        System.out.println("all told " + (told && row.failed() == sent - replied));
        System.out.println("none in flight " + (row.inFlight() == 0));
        System.out.println("java " + Runtime.version().feature());
        Module module = ServiceBalancer.class.getModule();
        System.out.println(module.isNamed() ? module.toString() : "no module");
        try {
          System.out.println(Class.forName("org.jspecify.annotations.NullMarked"));
        } catch (ClassNotFoundException e) {
          System.out.println("jspecify absent");
        }
        balancer.close();
        """
            .replace("MOST_WINDOWS", "" + MOST_WINDOWS)
            .replace("WINDOW", "" + WINDOW);
    return Source.program(replaced(setUp(), EXAMPLE_PORTS, ports) + main, request());
  }

  /** A program that sends one request to each port and prints which outcome it was told as. */
  private static String endings() throws IOException {
    String main =
        """
        for (String port : arguments) {
          balancer.update(new EndpointSet(List.of(
              new Endpoint(new Address("127.0.0.1", Integer.parseInt(port)), Place.UNKNOWN))));
          try {
            get(balancer, client, "/");
            System.out.println();
          } catch (IOException e) {
            System.out.println(" " + e.getClass().getSimpleName());
          }
        }
        """;
    String told =
        """
        static Outcome told(Outcome outcome) {
          System.out.print(outcome);
          return outcome;
        }
        """;
    String request = replaced(request(), "lease.end(outcome)", "lease.end(told(outcome))");
    return Source.program(setUp() + main, request + told);
  }

  private static String replaced(String text, String part, String by) {
    assertThat(text).containsOnlyOnce(part);
    return text.replace(part, by);
  }
}
