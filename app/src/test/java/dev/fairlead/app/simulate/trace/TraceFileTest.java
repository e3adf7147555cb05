package dev.fairlead.app.simulate.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.app.simulate.trace.TraceFile.Format;
import dev.fairlead.simulator.scenario.Trace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded traces as files. */
class TraceFileTest {
  private static final TraceFile.Names NAMES =
      new TraceFile.Names(Set.of("east", "west"), Set.of("web", "db"));

  @TempDir Path folder;

  private TraceFile file(String text, Optional<String> from, Optional<String> service) {
    return file(text.getBytes(StandardCharsets.UTF_8), from, service);
  }

  private TraceFile file(byte[] content, Optional<String> from, Optional<String> service) {
    try {
      Path path = Files.write(folder.resolve("trace"), content);
      return new TraceFile(path, Optional.empty(), Optional.empty(), NAMES, from, service, 1);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of a log, which says neither. */
  private TraceFile log(String text) {
    return file(text, Optional.of("east"), Optional.of("web"));
  }

  private static List<Long> times(Trace trace) {
    return IntStream.range(0, trace.size()).mapToObj(trace::atNanos).toList();
  }

  @Test
  void columnsSayWhereARequestEntersWhomItCallsAndWhatItIs() {
    List<Recording.Part> parts =
        file(
                "10,east,web,4,512,20480,300,alice\n20,west,db,,,\n",
                Optional.empty(),
                Optional.empty())
            .read();

    assertThat(parts)
        .extracting(part -> part.cluster() + " " + part.service())
        .containsExactly("east web", "west db");
    Trace first = parts.get(0).trace();
    assertThat(first.trafficClass(0)).isEqualTo(4);
    assertThat(first.requestBytes(0)).isEqualTo(512);
    assertThat(first.responseBytes(0)).isEqualTo(20480);
    assertThat(first.serviceNanos(0)).isEqualTo(300_000);
    assertThat(first.key(0)).isEqualTo(Columns.key("alice")).isNotEqualTo(Trace.UNKNOWN);
    Trace second = parts.get(1).trace();
    assertThat(second.atNanos(0)).as("since the first of all").isEqualTo(10_000);
    assertThat(second.trafficClass(0)).isEqualTo(Trace.UNKNOWN);
    assertThat(second.key(0)).isEqualTo(Trace.UNKNOWN);
  }

  @Test
  void requestsComeInTheOrderOfTheirArrivalHoweverTheyWereWritten() {
    Trace trace =
        file(
                "30,east,web,1\n10,east,web,2\n20,east,web,3\n10,east,web,4\n",
                Optional.empty(),
                Optional.empty())
            .read()
            .getFirst()
            .trace();

    assertThat(times(trace)).containsExactly(0L, 0L, 10_000L, 20_000L);
    assertThat(IntStream.range(0, 4).mapToLong(trace::trafficClass))
        .containsExactly(2L, 4L, 3L, 1L);
  }

  @Test
  void fromAndServiceChooseAndFillWhatIsEmpty() {
    String text = "1,east,web,\n2,west,web,\n3,,web,\n4,east,,\n5,mars,web,\n";

    List<Recording.Part> parts = file(text, Optional.of("east"), Optional.of("web")).read();

    assertThat(parts).singleElement().extracting(part -> part.trace().size()).isEqualTo(3);
  }

  @Test
  void anAccessLogsRequestArrivedWhenItEndedLessTheTimeItTook() {
    Trace trace =
        log("""
                {"time":"2026-01-31T12:00:01.000Z","service":"default/web","client":"192.0.2.1:4","total_ms":900.5,"request_bytes":7,"response_bytes":8}
                {"time":"2026-01-31T12:00:01.100Z","service":null,"total_ms":1}
                {"time":"2026-01-31T12:00:01.200Z","service":"default/web","client":"192.0.2.1:5","total_ms":1200}
                """)
            .read()
            .getFirst()
            .trace();

    assertThat(times(trace)).containsExactly(0L, 99_500_000L);
    assertThat(trace.responseBytes(0)).isEqualTo(Trace.UNKNOWN);
    assertThat(trace.requestBytes(1)).isEqualTo(7);
    assertThat(trace.key(0)).as("one client, two connections").isEqualTo(trace.key(1));
  }

  @Test
  void webServersSecondsAreFilledEvenly() {
    String line = "192.0.2.%d - bob [31/Jan/2026:12:00:0%d +0100] \"GET /%s HTTP/1.1\" 200 %s%s\n";
    Trace trace =
        log(line.formatted(1, 0, "a\\\"b", "512", "")
                + line.formatted(2, 0, "", "-", " \"http://x/\" \"agent [1]\"")
                + line.formatted(3, 2, "", "9", ""))
            .read()
            .getFirst()
            .trace();

    assertThat(times(trace)).containsExactly(0L, 500_000_000L, 2_000_000_000L);
    assertThat(LongStream.of(trace.responseBytes(0), trace.responseBytes(1)))
        .containsExactly(512L, 0L);
  }

  @Test
  void aPackedFileIsUnpackedAndSpeedCompressesItsTime() throws IOException {
    Path path = folder.resolve("trace.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
      out.write("0,east,web,\r\n3000,east,web,\r\n".getBytes(StandardCharsets.UTF_8));
    }
    TraceFile file =
        new TraceFile(
            path,
            Optional.of(Format.COLUMNS),
            Optional.empty(),
            NAMES,
            Optional.empty(),
            Optional.empty(),
            1.5);

    assertThat(times(file.read().getFirst().trace())).containsExactly(0L, 2_000_000L);
  }

  static Stream<Arguments> broken() {
    String good = "0,east,web,\n";
    return Stream.of(
        Arguments.of("too few columns", good + "1,east,web", 2, "3 columns"),
        Arguments.of("no number", good + "\n\nx,east,web,", 4, "offsetMicros 'x'"),
        Arguments.of("no time", ",east,web,1", 1, "offsetMicros is empty"),
        Arguments.of("a negative time", "-1,east,web,", 1, "offsetMicros '-1'"),
        Arguments.of("a ninth class", "0,east,web,8", 1, "class '8'"),
        Arguments.of("huge bytes", "0,east,web,,99999999999999", 1, "bytesOut"),
        Arguments.of("a stranger", good + "1,wst,web,", 2, "there is no cluster 'wst'"),
        Arguments.of("nobody's service", good + "1,east,wbe,", 2, "there is no service 'wbe'"),
        Arguments.of("no cluster", "0,,web,", 1, "names no cluster"),
        Arguments.of("nothing", "# only a remark,\n", 0, "has no request to replay"),
        Arguments.of("empty", "", 0, "has no request to replay"),
        Arguments.of("neither log nor columns", "hello", 1, "not in the common log format"),
        Arguments.of("half a line of JSON", "{\"time\":\"20", 1, "no JSON"),
        Arguments.of("other JSON", "{\"a\":1}", 1, "it has no 'time'"),
        Arguments.of("JSON of no time", "{\"time\":\"now\"}", 1, "'time' is no time"),
        Arguments.of(
            "ages", "0,east,web,\n9999999999999,east,web,\n", 0, "spans more than 50 days"),
        Arguments.of("a line without end", "x".repeat(Lines.MAX_LINE_BYTES + 1), 1, "is longer"),
        Arguments.of("not gzip", "\u001f\u008b", 0, ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void aMistakeIsSaidWithItsLine(String name, String text, int line, String what) {
    byte[] content =
        text.equals("\u001f\u008b")
            ? new byte[] {0x1f, (byte) 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}
            : text.getBytes(StandardCharsets.UTF_8);
    TraceFile file = file(content, Optional.empty(), Optional.empty());

    assertThatThrownBy(file::read)
        .isInstanceOfSatisfying(
            TraceProblem.class,
            problem -> {
              assertThat(problem.what()).contains(what);
              assertThat(problem.line()).isEqualTo(line);
            });
  }

  @Test
  void aLogSaysNeitherWhereNorWhom() {
    String line = "192.0.2.1 - - [31/Jan/2026:12:00:00 +0000] \"GET / HTTP/1.1\" 200 512\n";

    assertThatThrownBy(() -> file(line, Optional.empty(), Optional.of("web")).read())
        .hasMessageContaining("where the requests enter");
    assertThatThrownBy(() -> file(line, Optional.of("east"), Optional.empty()).read())
        .hasMessageContaining("whom the requests call");
  }

  @Test
  void ofALogOfSeveralServicesOneMustBeChosen() throws IOException {
    String entry =
        "{\"time\":\"2026-01-31T12:00:01.000Z\",\"service\":\"default/%s\",\"total_ms\":1}\n";
    TraceFile all = log(entry.formatted("web") + entry.formatted("shop"));

    assertThatThrownBy(all::read)
        .hasMessageContaining("several services: default/shop, default/web");
    TraceFile one =
        new TraceFile(
            all.path(),
            Optional.empty(),
            Optional.of("default/shop"),
            NAMES,
            all.from(),
            all.service(),
            1);
    assertThat(one.read().getFirst().trace().size()).isEqualTo(1);
    TraceFile none =
        new TraceFile(
            all.path(), Optional.empty(), Optional.of("web"), NAMES, all.from(), all.service(), 1);
    assertThatThrownBy(none::read)
        .hasMessageContaining("its services are default/shop, default/web");
  }

  @Test
  void aRecordingHasABound() {
    Recording recording = new Recording();
    Row row = new Row("", "", 0, -1, -1, -1, -1, -1);
    TraceFile.Source source = new TraceFile.Source("east", "web");
    for (int i = 0; i < Recording.MAX_REQUESTS; i++) {
      recording.add(source, row, i);
    }

    assertThatThrownBy(() -> recording.add(source, row, 7))
        .isInstanceOf(TraceProblem.class)
        .hasMessageContaining("more than 2097152 requests");
  }
}
