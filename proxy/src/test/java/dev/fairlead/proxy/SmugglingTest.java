package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The payload classes of the public corpora of request smuggling, over raw sockets. In the tables
 * {@code ~} is CR LF, {@code ␊} LF, {@code ␍} CR, {@code ␀} NUL, {@code ␋} a vertical tab, {@code
 * ␉} a tab, and {@code ¿} the request that is to be smuggled.
 */
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmugglingTest {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1~Host: x~~";
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 \\d{3} ");

  /** Path and body of what the upstream took as whole. */
  private final List<String> taken = new CopyOnWriteArrayList<>();

  private Upstream upstream;
  private Proxy proxy;

  @BeforeAll
  void open() throws Exception {
    upstream =
        new Upstream(
            connection -> {
              String head;
              while ((head = connection.readHead()) != null) {
                Http1Body body = Http1Body.read(head, connection.in);
                taken.add(
                    head.split(" ")[1]
                        + " "
                        + new String(body.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1));
                connection.write(
                    head.startsWith("HEAD ")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
                        : Upstream.ok("x"));
              }
            });
    proxy = new Proxy(Proxy.options(), upstream.port());
  }

  @AfterAll
  void close() throws Exception {
    proxy.close();
    upstream.close();
  }

  private static String bytes(String text) {
    return text.replace("¿", SMUGGLED)
        .replace("~", "\r\n")
        .replace('␊', '\n')
        .replace('␍', '\r')
        .replace('␀', '\0')
        .replace('␋', '\u000b')
        .replace('␉', '\t');
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '`',
      value = {
        "CL.TE → POST / HTTP/1.1~Host: x~Content-Length: 39~Transfer-Encoding: chunked~~0~~¿ → 400 → cl_and_te",
        "TE.CL → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~Content-Length: 4~~5c~¿0~~ → 400 → cl_and_te",
        "CL.TE with a length of 0 → POST / HTTP/1.1~Host: x~Content-Length: 0~Transfer-Encoding: chunked~~0~~¿ → 400 → cl_and_te",
        "TE.TE, one unknown → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~Transfer-Encoding: x~~0~~¿ → 400 → duplicate_te",
        "TE.TE, the unknown first → POST / HTTP/1.1~Host: x~Transfer-Encoding: x~Transfer-Encoding: chunked~~0~~¿ → 501 → unknown_te",
        "TE.TE, twice the same → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~Transfer-encoding: chunked~~0~~¿ → 400 → duplicate_te",
        "TE.TE in a list → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked, chunked~~0~~¿ → 400 → bad_te",
        "TE.TE, identity behind → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked, identity~~0~~¿ → 400 → bad_te",
        "TE, a space before the colon → POST / HTTP/1.1~Host: x~Content-Length: 5~Transfer-Encoding : chunked~~0~~¿ → 400 → space_before_colon",
        "TE, a vertical tab → POST / HTTP/1.1~Host: x~Content-Length: 5~Transfer-Encoding: ␋chunked~~0~~¿ → 400 → control_byte",
        "TE, a NUL behind → POST / HTTP/1.1~Host: x~Content-Length: 5~Transfer-Encoding: chunked␀~~0~~¿ → 400 → control_byte",
        "TE behind a bare LF → POST / HTTP/1.1~Host: x~Content-Length: 5~X: y␊Transfer-Encoding: chunked~~0~~¿ → 400 → bare_lf",
        "TE behind a bare CR → POST / HTTP/1.1~Host: x~Content-Length: 5~X: y␍Transfer-Encoding: chunked~~0~~¿ → 400 → bare_cr",
        "TE folded → POST / HTTP/1.1~Host: x~Content-Length: 5~Transfer-Encoding:~ chunked~~0~~¿ → 400 → obs_fold",
        "TE as a folded line → POST / HTTP/1.1~Host: x~Content-Length: 5~X: y~ Transfer-Encoding: chunked~~0~~¿ → 400 → obs_fold",
        "TE with a space in its name → POST / HTTP/1.1~Host: x~Content-Length: 5~Transfer Encoding: chunked~~0~~¿ → 400 → bad_header_name",
        "TE with an underscore → POST / HTTP/1.1~Host: x~Content-Length: 5~Transfer_Encoding: chunked~~0~~¿ → 400 → bad_header_name",
        "TE in backticks → POST / HTTP/1.1~Host: x~Transfer-Encoding: `chunked`~~0~~¿ → 501 → unknown_te",
        "TE xchunked → POST / HTTP/1.1~Host: x~Transfer-Encoding: xchunked~~0~~¿ → 501 → unknown_te",
        "TE empty → POST / HTTP/1.1~Host: x~Content-Length: 5~Transfer-Encoding:~~0~~¿ → 400 → bad_te",
        "TE with a parameter → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked;q=1~~0~~¿ → 400 → bad_te",
        "TE in HTTP/1.0 → POST / HTTP/1.0~Host: x~Connection: keep-alive~Transfer-Encoding: chunked~~0~~¿ → 400 → te_in_1_0",
        "two lengths → POST / HTTP/1.1~Host: x~Content-Length: 0~Content-Length: 32~~¿ → 400 → duplicate_cl",
        "two equal lengths → POST / HTTP/1.1~Host: x~Content-Length: 0~Content-Length: 0~~¿ → 400 → duplicate_cl",
        "a list of lengths → POST / HTTP/1.1~Host: x~Content-Length: 0, 0~~¿ → 400 → bad_cl",
        "a length with a sign → POST / HTTP/1.1~Host: x~Content-Length: +0~~¿ → 400 → bad_cl",
        "a negative length → POST / HTTP/1.1~Host: x~Content-Length: -1~~¿ → 400 → bad_cl",
        "a hexadecimal length → POST / HTTP/1.1~Host: x~Content-Length: 0x0~~¿ → 400 → bad_cl",
        "a length in octal → POST / HTTP/1.1~Host: x~Content-Length: 010~~¿ → 400 → bad_cl",
        "a length with a point → POST / HTTP/1.1~Host: x~Content-Length: 0.0~~¿ → 400 → bad_cl",
        "a length with an underscore → POST / HTTP/1.1~Host: x~Content-Length: 1_0~~¿ → 400 → bad_cl",
        "an empty length → POST / HTTP/1.1~Host: x~Content-Length:~~¿ → 400 → bad_cl",
        "a length that overflows → POST / HTTP/1.1~Host: x~Content-Length: 18446744073709551616~~¿ → 400 → bad_cl",
        "a length with a space before the colon → POST / HTTP/1.1~Host: x~Content-Length : 32~~¿ → 400 → space_before_colon",
        "a length with an underscore in its name → GET / HTTP/1.1~Host: x~Content_Length: 32~~¿ → 400 → bad_header_name",
        "0.CL by a fold → GET / HTTP/1.1~Host: x~Content-Length:~ 32~~¿ → 400 → obs_fold",
        "a chunk size with a sign → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~+0~~¿ → 400 → bad_chunk_size",
        "a chunk size with 0x → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0x0~~¿ → 400 → bad_chunk_size",
        "a chunk size with an underscore → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0_0~~¿ → 400 → bad_chunk_size",
        "a chunk size that is negative → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~-1~~¿ → 400 → bad_chunk_size",
        "a chunk size behind a space → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~ 0~~¿ → 400 → bad_chunk_size",
        "a chunk size before a space → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0 ~~¿ → 400 → bad_chunk_size",
        "a chunk size before a tab → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0␉~~¿ → 400 → bad_chunk_size",
        "an empty chunk size → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~~~¿ → 400 → bad_chunk_size",
        "a chunk size of 17 digits → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~00000000000000000~~¿ → 400 → bad_chunk_size",
        "a chunk size that overflows → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~ffffffffffffffff~¿ → 400 → bad_chunk_size",
        "a chunk size with a bare LF → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0␊~¿ → 400 → bare_lf",
        "a chunk size with a bare CR → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0␍~~¿ → 400 → bare_cr",
        "an extension that ends in a bare LF (TERM.EXT) → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~2;␊xx~22~x~0~~¿ → 400 → bad_chunk_extension",
        "an extension with a bare CR → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~1;a␍b~x~0~~¿ → 400 → bare_cr",
        "an extension with a quoted line end → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~1;a=\"~x~0~~¿ → 400 → bad_chunk_extension",
        "an extension with a NUL → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~1;␀~x~0~~¿ → 400 → bad_chunk_extension",
        "a chunk longer than its size → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~1~xy0~~¿ → 400 → bad_chunk_end",
        "a chunk that ends in a bare LF (SPILL.TERM) → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~1~x␊0~~¿ → 400 → bad_chunk_end",
        "a chunk that ends in a bare CR → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~1~x␍0~~¿ → 400 → bad_chunk_end",
        "a last chunk that ends in a bare LF → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0~␊¿ → 400 → bare_lf",
        "trailers with a bare LF → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0~X: y␊Z: z~~¿ → 400 → bare_lf",
        "trailers that are folded → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0~X: y~ z~~¿ → 400 → obs_fold",
        "a request in the trailers → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0~GET /smuggled HTTP/1.1~Host: x~~ → 400 → bad_header_name",
        "line ends of bare LF → POST / HTTP/1.1␊Host: x␊Content-Length: 0␊␊¿ → 400 → bare_lf",
        "an empty line of bare LF → POST / HTTP/1.1~Host: x~Content-Length: 32~␊¿ → 400 → bare_lf",
        "an empty line of bare CR → POST / HTTP/1.1~Host: x~␍␍¿ → 400 → bare_cr",
        "CR CR LF → POST / HTTP/1.1~Host: x␍~Content-Length: 0~~¿ → 400 → bare_cr",
        "a fold behind the request line → POST / HTTP/1.1~ Host: x~~¿ → 400 → obs_fold",
        "a header without a colon → POST / HTTP/1.1~Host: x~Content-Length~~¿ → 400 → no_colon",
        "a header without a name → POST / HTTP/1.1~Host: x~: 32~~¿ → 400 → bad_header_name",
        "an unknown Expect → POST / HTTP/1.1~Host: x~Expect: 100-continue, y~Content-Length: 32~~¿ → 417 → unknown_expect",
        "Expect behind a fold → POST / HTTP/1.1~Host: x~Expect:~ 100-continue~Content-Length: 32~~¿ → 400 → obs_fold",
        "an absolute target that is elsewhere → GET http://y/ HTTP/1.1~Host: x~~¿ → 400 → host_mismatch",
        "an absolute target with userinfo → GET http://x@y/ HTTP/1.1~Host: x~~¿ → 400 → bad_target",
        "an absolute target without a host → GET http:///x HTTP/1.1~Host: x~~¿ → 400 → bad_target",
        "two Hosts → GET / HTTP/1.1~Host: x~Host: y~~¿ → 400 → duplicate_host",
        "a Host with a path → GET / HTTP/1.1~Host: x/y~~¿ → 400 → bad_host",
        "a Host with a space → GET / HTTP/1.1~Host: x y~~¿ → 400 → bad_host",
        "no Host → GET / HTTP/1.1~X: y~~¿ → 400 → missing_host",
        "HTTP/0.9 → GET /~~¿ → 400 → bad_request_line",
        "HTTP/0.9 that is said → GET / HTTP/0.9~Host: x~~¿ → 505 → unsupported_version",
        "HTTP/1.2 → GET / HTTP/1.2~Host: x~~¿ → 505 → unsupported_version",
        "HTTP/2.0 → GET / HTTP/2.0~Host: x~~¿ → 505 → unsupported_version",
        "a version in lower case → GET / http/1.1~Host: x~~¿ → 400 → bad_version",
        "a tab in the request line → GET␉/ HTTP/1.1~Host: x~~¿ → 400 → bad_method",
        "two spaces in the request line → GET  / HTTP/1.1~Host: x~~¿ → 400 → bad_target",
        "a NUL in the target → GET /␀ HTTP/1.1~Host: x~~¿ → 400 → bad_target",
        "a bare CR in the target → GET /␍X: y HTTP/1.1~Host: x~~¿ → 400 → bare_cr",
        "CONNECT → CONNECT x:80 HTTP/1.1~Host: x~~¿ → 405 → connect",
        "a coding that nobody knows → POST / HTTP/1.1~Host: x~Transfer-Encoding: gzip, chunked~~0~~¿ → 501 → unknown_te",
        "a target without a slash → GET admin HTTP/1.1~Host: x~~¿ → 400 → bad_target",
        "two empty lines first → ~~GET / HTTP/1.1~Host: x~~¿ → 400 → empty_request_line",
      })
  void nothingOfItReachesTheUpstream(String name, String payload, int status, String rule)
      throws Exception {
    long before = proxy.server.counters().rejects().getOrDefault(rule, 0L);
    int heads = upstream.heads.size();
    try (RawClient client = proxy.client()) {
      String answers = client.send(bytes(payload)).rest();
      assertThat(answers).startsWith("HTTP/1.1 " + status + " ");
      assertThat(answers.toLowerCase(Locale.ROOT)).contains("connection: close");
      assertThat(STATUS_LINE.matcher(answers).results()).as(answers).hasSize(1);
    }
    assertThat(proxy.server.counters().rejects()).containsEntry(rule, before + 1);
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> proxy.server.counters().requestsInFlight() == 0);
    assertThat(upstream.heads).hasSize(heads);
    assertThat(proxy.log.getLast().flags()).isEqualTo("DPE");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '`',
      value = {
        "CL.0: the length holds → POST / HTTP/1.1~Host: x~Content-Length: 35~~¿",
        "0.CL: it holds for GET too → GET / HTTP/1.1~Host: x~Content-Length: 35~~¿",
        "for HEAD → HEAD / HTTP/1.1~Host: x~Content-Length: 35~~¿",
        "for OPTIONS → OPTIONS / HTTP/1.1~Host: x~Content-Length: 35~~¿",
        "for DELETE → DELETE / HTTP/1.1~Host: x~Content-Length: 35~~¿",
        "for a method of one's own → PURGE / HTTP/1.1~Host: x~Content-Length: 35~~¿",
        "TE.0: chunks hold for GET → GET / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~23~¿~0~~",
        "TE.0: chunks hold for OPTIONS → OPTIONS / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~23~¿~0~~",
        "chunks with extensions → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~23;a=\"b;c\"~¿~0;x~~",
        "chunks with leading zeros → POST / HTTP/1.1~Host: x~Transfer-Encoding: chunked~~00000023~¿~000~~",
        "with Expect, which is not waited for → POST / HTTP/1.1~Host: x~Expect: 100-continue~Content-Length: 35~~¿",
        "Connection names the length → POST / HTTP/1.1~Host: x~Connection: content-length~Content-Length: 35~~¿",
        "Connection names the coding → POST / HTTP/1.1~Host: x~Connection: transfer-encoding~Transfer-Encoding: chunked~~23~¿~0~~",
        "Connection names the host → POST / HTTP/1.1~Host: x~Connection: host~Content-Length: 35~~¿",
        "an Upgrade with a body → POST / HTTP/1.1~Host: x~Connection: upgrade~Upgrade: websocket~Content-Length: 35~~¿",
        "an absolute target that agrees → POST http://x/ HTTP/1.1~Host: x~Content-Length: 35~~¿",
        "HTTP/1.0 with a length → POST / HTTP/1.0~Host: x~Connection: keep-alive~Content-Length: 35~~¿",
      })
  void itIsABodyAndNoRequest(String name, String payload) throws Exception {
    taken.clear();
    try (RawClient client = proxy.client()) {
      client.send(bytes(payload));
      String head = client.head();
      while (head.startsWith("HTTP/1.1 100")) {
        head = client.head();
      }
      assertThat(head).startsWith("HTTP/1.1 200");
      if (!payload.startsWith("HEAD")) {
        assertThat(client.in.readNBytes(1)).containsExactly('x');
      }
      // What follows is the next request's answer.
      client.send("GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("x");
    }
    assertThat(taken).containsExactly("/ " + bytes("¿"), "/next ");
  }
}
