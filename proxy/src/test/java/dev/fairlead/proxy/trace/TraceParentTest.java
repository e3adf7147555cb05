package dev.fairlead.proxy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  static RequestHead head(String fields) {
    HeadLimits limits = new HeadLimits(16 * 1024, 50, 4096);
    byte[] bytes =
        ("GET / HTTP/1.1\r\nHost: a\r\n" + fields.replace("|", "\r\n") + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    RequestHead head = new RequestHead(limits);
    assertThat(new HeadParser(limits).parseRequest(bytes, 0, bytes.length, head))
        .isEqualTo(Reject.NONE);
    return head;
  }

  private static boolean reads(String value) {
    return new TraceParent().read(head("traceparent: " + value + "|"));
  }

  @Test
  void aValidOneIsRead() {
    TraceParent read = new TraceParent();
    assertThat(read.read(head("TraceParent:  00-" + ID + "-" + SPAN + "-01 |"))).isTrue();
    assertThat(read.traceId()).isEqualTo(ID);
    assertThat(Long.toHexString(read.parent)).isEqualTo(SPAN);
    assertThat(read.flags).isEqualTo(TraceParent.SAMPLED);
  }

  @ParameterizedTest
  @CsvSource({
    "00, 0", "01, 1", "02, 2", "03, 3", "09, 1", "ff, 3", "fc, 0",
  })
  void flagsThatNobodyKnowsAreNotPassedOn(String said, int read) {
    TraceParent parent = new TraceParent();
    assertThat(parent.read(head("traceparent: 00-" + ID + "-" + SPAN + "-" + said + "|"))).isTrue();
    assertThat(parent.flags).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cc-" + ID + "-" + SPAN + "-01",
        "01-" + ID + "-" + SPAN + "-00",
        "cc-" + ID + "-" + SPAN + "-01-what-comes-later",
        "cc-" + ID + "-" + SPAN + "-01-",
      })
  void laterVersionsAreReadAsFarAsTheyAreKnown(String value) {
    assertThat(reads(value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-" + ID + "-" + SPAN,
        "00-" + ID + "-" + SPAN + "-",
        "00-" + ID + "-" + SPAN + "-1",
        "00-" + ID + "-" + SPAN + "-01-",
        "00-" + ID + "-" + SPAN + "-01-more",
        "00-" + ID + "-" + SPAN + "-011",
        "00-" + ID + "-" + SPAN + "-0A",
        "00-" + ID + "-" + SPAN + "-.1",
        "ff-" + ID + "-" + SPAN + "-01",
        "0-" + ID + "-" + SPAN + "-01-more",
        "cc-" + ID + "-" + SPAN + "-01.what",
        "CC-" + ID + "-" + SPAN + "-01",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + ID + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01",
        "00-0af7651916cd43dd8448eb211c80319-" + SPAN + "-01",
        "00-0af7651916cd43dd8448eb211c80319cc-" + SPAN + "-01",
        "00-.af7651916cd43dd8448eb211c80319c-" + SPAN + "-01",
        "00-" + ID + "-b7ad6b716920333-01",
        "00-" + ID + "-b7ad6b71692033311-01",
        "00-" + ID + "-.7ad6b7169203331-01",
        "00_" + ID + "-" + SPAN + "-01",
        "00-" + ID + "_" + SPAN + "-01",
        "00-" + ID + "-" + SPAN + "_01",
        "00-" + ID + "-" + SPAN + "-01,00-" + ID + "-" + SPAN + "-01",
      })
  void whatIsNearlyRightIsNone(String value) {
    assertThat(reads(value)).isFalse();
  }

  @Test
  void twoAreNone() {
    String one = "traceparent: 00-" + ID + "-" + SPAN + "-01|";
    assertThat(new TraceParent().read(head(one + one))).isFalse();
    assertThat(new TraceParent().read(head(""))).isFalse();
  }

  @Test
  void whatIsWrittenIsRead() {
    byte[] written = new byte[TraceParent.LENGTH];
    TraceParent.write(written, 0x0af7651916cd43ddL, -1, 1, 3);
    String text = new String(written, StandardCharsets.US_ASCII);
    assertThat(text).isEqualTo("00-0af7651916cd43ddffffffffffffffff-0000000000000001-03");
    assertThat(reads(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a=1",
        "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
        " a=1 ,\tb=2",
        "a=1,,b=2,",
        "fw529a3039@dt=FfD3",
        "1a=x",
        "a=x y!~",
        "a-_*/=1",
      })
  void statesThatGoOn(String value) {
    assertThat(TraceState.isValid(head("tracestate: " + value + "|"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a=", "=1", "A=1", "a=1=2", "a b=1", "a=1;b=2,c", "@a=1", "a=1,b", "a=x\ty"})
  void statesThatDoNot(String value) {
    assertThat(TraceState.isValid(head("tracestate: " + value + "|"))).isFalse();
  }

  @Test
  void aStateHasBounds() {
    String key = "k".repeat(TraceState.MAX_KEY);
    String value = "v".repeat(TraceState.MAX_VALUE);
    assertThat(TraceState.isValid(head("tracestate: " + key + "=" + value + "|"))).isTrue();
    assertThat(TraceState.isValid(head("tracestate: k" + key + "=1|"))).isFalse();
    assertThat(TraceState.isValid(head("tracestate: k=v" + value + "|"))).isFalse();
    String sixteen = "tracestate: " + "a=1,".repeat(16) + "|";
    assertThat(TraceState.isValid(head(sixteen + sixteen))).isTrue();
    assertThat(TraceState.isValid(head(sixteen + sixteen + "tracestate: b=2|"))).isFalse();
    assertThat(TraceState.text(head("tracestate: a=1|Tracestate: b=2|"))).isEqualTo("a=1,b=2");
  }
}
