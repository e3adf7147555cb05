package dev.fairlead.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseHeadTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '→',
      value = {
        "length with TE → HTTP/1.1 200 OK|Content-Length: 1|Transfer-Encoding: chunked|| → CL_AND_TE",
        "two lengths → HTTP/1.1 200 OK|Content-Length: 1|Content-Length: 1|| → DUPLICATE_CL",
        "TE in 1.0 → HTTP/1.0 200 OK|Transfer-Encoding: chunked|| → TE_IN_1_0",
        "an unknown coding → HTTP/1.1 200 OK|Transfer-Encoding: gzip|| → UNKNOWN_TE",
        "a body on 204 → HTTP/1.1 204 No|Content-Length: 1|| → BODY_NOT_ALLOWED",
        "a chunked 103 → HTTP/1.1 103 Early|Transfer-Encoding: chunked|| → BODY_NOT_ALLOWED",
        "a 101 to nothing → HTTP/1.1 101 Switch|| → BAD_UPGRADE",
        "a split response → HTTP/1.1 200 OK|X: a␍Location: b|| → BARE_CR",
        "a bare LF → HTTP/1.1 200 OK␊X: a|| → BARE_LF",
        "status 600 → HTTP/1.1 600 X|| → BAD_STATUS_LINE",
        "status 099 → HTTP/1.1 099 X|| → BAD_STATUS_LINE",
        "four digits → HTTP/1.1 2000 X|| → BAD_STATUS_LINE",
        "another protocol → ICY 200 OK|| → BAD_STATUS_LINE",
        "another version → HTTP/2.0 200 OK|| → BAD_STATUS_LINE",
        "a fold → HTTP/1.1 200 OK|X: a| b|| → OBS_FOLD",
        "a length that CGI would see → HTTP/1.1 200 OK|Content_Length: 1|| → BAD_HEADER_NAME",
        "no reason → HTTP/1.1 200|| → NONE",
        "an empty reason → HTTP/1.1 200 || → NONE",
      })
  void judges(String sentence, String head, Reject rule) {
    assertThat(Heads.response(head, false, new ResponseHead(Heads.LIMITS)))
        .as(sentence)
        .isEqualTo(rule);
  }

  @ParameterizedTest(name = "{0}, HEAD {1}: {2}")
  @CsvSource(
      delimiter = '→',
      value = {
        "HTTP/1.1 200 OK|Content-Length: 5|| → false → LENGTH → true",
        "HTTP/1.1 200 OK|Content-Length: 0|| → false → LENGTH → true",
        "HTTP/1.1 200 OK|Content-Length: 5|| → true → NONE → true",
        "HTTP/1.1 304 No|Content-Length: 5|| → false → NONE → true",
        "HTTP/1.1 204 No|| → false → NONE → true",
        "HTTP/1.1 100 Go|| → false → NONE → true",
        "HTTP/1.1 200 OK|Transfer-Encoding: Chunked|| → false → CHUNKED → true",
        "HTTP/1.1 200 OK|| → false → UNTIL_CLOSE → false",
        "HTTP/1.1 200 OK|Content-Length: 5|Connection: x, Close|| → false → LENGTH → false",
        "HTTP/1.0 200 OK|Content-Length: 5|| → false → LENGTH → false",
        "HTTP/1.0 200 OK|Content-Length: 5|Connection: keep-alive|| → false → LENGTH → true",
      })
  void framesBodies(String text, boolean headRequest, Framing framing, boolean keepAlive) {
    ResponseHead head = new ResponseHead(Heads.LIMITS);
    assertThat(Heads.response(text, headRequest, head)).isEqualTo(Reject.NONE);
    assertThat(head.framing()).isEqualTo(framing);
    assertThat(head.keepAlive()).isEqualTo(keepAlive);
  }

  @Test
  void aSwitchIsValidOnlyToWhatWasAskedFor() {
    RequestHead asked =
        Heads.request("GET / HTTP/1.1|Host: a|Connection: Upgrade|Upgrade: websocket||");
    String answer = "HTTP/1.1 101 S|Connection: upgrade|Upgrade: ";
    assertThat(Heads.response(answer + "WebSocket||").upgrades(asked)).isTrue();
    assertThat(Heads.response(answer + "other||").upgrades(asked)).isFalse();
    assertThat(
            Heads.response(answer + "websocket||")
                .upgrades(Heads.request("GET / HTTP/1.1|Host: a||")))
        .isFalse();
    assertThat(Heads.response("HTTP/1.1 200 OK|Connection: upgrade|Upgrade: h2||").upgradeHeader())
        .as("an offer is no switch")
        .isEqualTo(-1);
    for (String refused :
        new String[] {
          "GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: h2c||",
          "GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: h2c, websocket||",
          "GET / HTTP/1.1|Host: a|Upgrade: websocket||",
          "GET / HTTP/1.0|Host: a|Connection: upgrade|Upgrade: websocket||",
          "POST / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: websocket|Content-Length: 1||",
        }) {
      assertThat(Heads.request(refused).upgradeHeader()).as(refused).isEqualTo(-1);
    }
  }
}
