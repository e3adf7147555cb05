package dev.fairlead.app.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.app.state.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AccessLogTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T10:00:00.007Z"), ZoneOffset.UTC);

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final OperatorLog operatorLog =
      new OperatorLog(new PrintStream(said, true, StandardCharsets.UTF_8), CLOCK);

  @Test
  void aRequestIsOneJsonObjectALine() {
    JsonNode line = logged(new FakeRequest("/a?b=c", "", 200));

    assertThat(line.path("time").asString()).isEqualTo("2026-11-21T10:00:00.007Z");
    assertThat(line.path("protocol").asString()).isEqualTo("HTTP/1.1");
    assertThat(line.path("method").asString()).isEqualTo("GET");
    assertThat(line.path("path").asString()).isEqualTo("/a?b=c");
    assertThat(line.path("status").asInt()).isEqualTo(200);
    assertThat(line.path("cluster").asString()).isEqualTo("west");
    assertThat(line.path("locality").asString()).isEqualTo("us-west/a");
    assertThat(line.path("endpoint").asString()).isEqualTo("127.0.0.1:9001");
    assertThat(line.path("total_ms").asDouble()).isEqualTo(12.345);
    assertThat(line.path("connect_ms").asDouble()).isEqualTo(0.007);
    assertThat(line.path("first_byte_ms").isNull()).isTrue();
    assertThat(line.path("response_bytes").asLong()).isEqualTo(1234567890123L);
    assertThat(line.path("trace_id").isString()).isTrue();
    assertThat(line.path("pick_reason").asString()).isEqualTo("west: drawn by weight");
    assertThat(line.path("deadline_left_ms").asDouble()).isEqualTo(1.5);
  }

  @Test
  void aRequestWithoutALimitHasNoneLeft() {
    assertThat(logged(new FakeRequest("/", "", 504)).has("deadline_left_ms")).isFalse();
  }

  @Test
  void whatAClientSendsCannotForgeALine() throws IOException {
    String evil = "/\"},\n{\"status\":200\r\u0000\u0085\u2028\\";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (AccessLog log = new AccessLog(out, CLOCK, operatorLog)) {
      log.ended(new FakeRequest(evil, "", 400));
    }

    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text.chars().filter(c -> c == '\n')).hasSize(1);
    assertThat(text.strip().chars()).allMatch(c -> c >= ' ' && c < 0x7f);
    assertThat(Json.MAPPER.readTree(text).path("path").asString()).isEqualTo(evil);
  }

  @Test
  void aLongTargetIsCut() {
    String path =
        logged(new FakeRequest("/" + "x".repeat(60_000), "", 200)).path("path").asString();

    assertThat(path).hasSize(JsonLine.MAX_STRING + 1).endsWith("x\u2026");
  }

  @Test
  void aStalledOutputCostsLinesAndIsCountedAndNeverStopsALoop() throws InterruptedException {
    CountDownLatch stalled = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    StringBuffer written = new StringBuffer();
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new AssertionError("whole buffers only");
          }

          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            stalled.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            written.append(new String(bytes, from, length, StandardCharsets.US_ASCII));
          }
        };
    AccessLog log = new AccessLog(out, CLOCK, operatorLog);
    FakeRequest request = new FakeRequest("/" + "x".repeat(1000), "", 200);
    log.ended(request);
    stalled.await();
    int more = 1000;
    for (int i = 0; i < more; i++) {
      log.ended(request);
    }
    long dropped = log.dropped();
    assertThat(dropped).isPositive().isLessThan(more);

    go.countDown();
    await().until(() -> written.toString().lines().count() == 1 + more - dropped);
    log.ended(request);
    log.close();
    assertThat(written.toString().lines()).hasSize((int) (2 + more - dropped));
    assertThat(log.dropped()).isEqualTo(dropped);
  }

  @Test
  void anOutputThatFailsIsSaidOnceAndTriedAgain() {
    FullDisk disk = new FullDisk();
    AccessLog log = new AccessLog(disk, CLOCK, operatorLog);
    FakeRequest request = new FakeRequest("/", "", 200);
    for (int lost = 1; lost <= 3; lost++) {
      log.ended(request);
      long expected = lost;
      await().until(() -> log.dropped() == expected);
    }
    disk.full = false;
    log.ended(request);
    log.close();

    assertThat(disk.written.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    assertThat(log.dropped()).isEqualTo(3);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("cannot be written")
        .contains("No space left")
        .contains("written again droppedSoFar=3");
  }

  private static final class FullDisk extends OutputStream {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private volatile boolean full = true;

    @Override
    public void write(int b) throws IOException {
      if (full) {
        throw new IOException("No space left on device");
      }
      written.write(b);
    }
  }

  private JsonNode logged(FakeRequest request) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (AccessLog log = new AccessLog(out, CLOCK, operatorLog)) {
      log.ended(request);
    }
    return Json.MAPPER.readTree(out.toByteArray());
  }
}
