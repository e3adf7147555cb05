package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same valid exchanges through Fairlead and through HAProxy: what the upstream sees and what
 * the client gets are the same but for what a proxy may settle as it likes, which is named in
 * {@link #canonical}. {@code -Ddifferential.exchanges=} says how many, {@code -Dseed=} which.
 */
@ExtendWith(NoLeaks.class)
class DifferentialTest {
  private static final long SEED = Long.getLong("seed", 20261121);
  private static final int EXCHANGES = Integer.getInteger("differential.exchanges", 3000);
  private static final int CONNECTIONS = 8;

  /** Requests that are sent before the first answer is read. */
  private static final int MAX_AHEAD = 5;

  /** What each hop says for itself alone (RFC 9110 §7.6.1), or says in its own way (§6.4.1). */
  private static final Set<String> OF_THE_HOP =
      Set.of("connection", "keep-alive", "te", "transfer-encoding", "content-length", "trailer");

  /** What Fairlead adds, and HAProxy where it is told to. */
  private static final Set<String> FORWARDED =
      Set.of("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "traceparent");

  /** What Connection names goes no further (RFC 9110 §7.6.1); HAProxy passes it on. */
  private static final Set<String> NAMED = Set.of("x-hop");

  private static final String TRAILER = "x-end: 1\n";
  private static final Http1Body NONE = new Http1Body(new byte[0], "");

  /** What went through one proxy, by the number of the exchange. */
  private static final class Record {
    final Map<Integer, String> requests = new ConcurrentHashMap<>();
    final Map<Integer, String> answers = new ConcurrentHashMap<>();
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void exchangesLookTheSameThroughHaproxy(@TempDir Path dir) throws Exception {
    Path haproxy = binary("haproxy");
    assumeTrue(haproxy != null, "haproxy is not installed");
    Record ours = new Record();
    Record theirs = new Record();
    try (Upstream one = new Upstream(connection -> serve(connection, ours));
        Upstream two = new Upstream(connection -> serve(connection, theirs));
        Proxy proxy = new Proxy(Proxy.options(), one.port());
        Haproxy other = new Haproxy(haproxy, dir, two.port());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int c = 0; c < CONNECTIONS; c++) {
        int first = c;
        all.add(threads.submit(() -> ask(proxy.port(), first, ours)));
        all.add(threads.submit(() -> ask(other.port, first, theirs)));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(ours.answers).as("-Dseed=" + SEED).hasSize(EXCHANGES);
    for (int n = 0; n < EXCHANGES; n++) {
      String which = "-Dseed=" + SEED + ", exchange " + n + ":\n" + Asked.of(n).sent();
      same("as asked, " + which, ours.requests.get(n), theirs.requests.get(n));
      same("as answered, " + which, ours.answers.get(n), theirs.answers.get(n));
    }
  }

  /** HAProxy loses a trailer once in some ten thousand, where a body just fills its buffer. */
  private static void same(String what, String ours, String theirs) {
    if (!ours.equals(theirs + TRAILER)) {
      assertThat(ours).as(what).isEqualTo(theirs);
    }
  }

  private static @Nullable Path binary(String name) {
    return Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin")
        .map(dir -> Path.of(dir, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  // ---- what is asked

  /**
   * A request, all of which follows from its number.
   *
   * @param head with its empty line
   * @param body as it is sent, with its framing
   * @param waits whether the client sends the body only once it is told to continue
   */
  private record Asked(String method, String head, byte[] body, boolean waits) {
    private static final String[] METHODS = {
      "GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE"
    };
    private static final String[] PATHS = {
      "/", "/a/b?c=d", "/%41?x=%20&y", "/a;b=c/d", "/~x/a..b/-_.!$&'()*+,;=:@", "/?", "//a//b"
    };

    static Asked of(int n) {
      Random random = new Random(SEED * 1_000_003 + n);
      String method = METHODS[random.nextInt(METHODS.length)];
      String path = PATHS[random.nextInt(PATHS.length)];
      StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
      List<String> fields = new ArrayList<>(List.of("Host: example.com", "x-case: " + n));
      fields(random, fields);
      boolean body = !method.equals("HEAD") && (!method.equals("GET") || random.nextInt(8) == 0);
      boolean waits = false;
      byte[] bytes = new byte[0];
      if (body) {
        bytes = text(random, size(random));
        waits = bytes.length > 0 && random.nextInt(6) == 0;
        if (waits) {
          fields.add("Expect: 100-continue");
        }
        if (random.nextBoolean()) {
          fields.add("Content-Length: " + bytes.length);
        } else {
          fields.add("Transfer-Encoding: chunked");
          bytes = chunked(random, bytes);
        }
      }
      java.util.Collections.shuffle(fields, random);
      fields.forEach(field -> head.append(field).append("\r\n"));
      return new Asked(method, head + "\r\n", bytes, waits);
    }

    String sent() {
      return head + new String(body, StandardCharsets.ISO_8859_1);
    }
  }

  private static int size(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> 0;
      case 1 -> random.nextInt(60_000);
      default -> random.nextInt(2000);
    };
  }

  private static byte[] text(Random random, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (' ' + random.nextInt(95));
    }
    return bytes;
  }

  /** Fields of all shapes: repeated, empty, long, spaced, with bytes beyond ASCII. */
  private static void fields(Random random, List<String> fields) {
    for (int i = random.nextInt(6); i > 0; i--) {
      fields.add(
          switch (random.nextInt(8)) {
            case 0 -> "X-Empty:";
            case 1 -> "Accept: text/html, */*;q=0.8";
            case 2 -> "x-many: " + random.nextInt(10);
            case 3 -> "X-Long: " + new String(text(random, 3000)).strip();
            case 4 -> "x-odd!#$%&'*+-.^_`|~: \"a, b\\\" c\"";
            case 5 -> "X-Latin: \u00e9\u00fc\u00ff";
            case 6 -> "X-Spaced: \t a  b\t ";
            default -> "Cookie: a=" + random.nextInt(100) + "; b=c";
          });
    }
    if (random.nextInt(50) == 0) {
      for (int i = 0; i < 40; i++) {
        fields.add("x-" + i + ": " + "v".repeat(random.nextInt(200)));
      }
    }
    if (random.nextInt(20) == 0) {
      fields.add("Connection: x-hop");
      fields.add("X-Hop: 1");
    }
  }

  private static byte[] chunked(Random random, byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; ) {
      int length =
          Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(4) == 0 ? 5 : 20_000));
      String size = random.nextInt(5) == 0 ? "0" : "";
      String extension = random.nextInt(5) == 0 ? ";a=b;c=\"d\"" : "";
      out.writeBytes(ascii(size + Integer.toHexString(length) + extension + "\r\n"));
      out.write(bytes, at, length);
      out.writeBytes(ascii("\r\n"));
      at += length;
    }
    out.writeBytes(ascii(random.nextInt(3) == 0 ? "0\r\nX-End: 1\r\n\r\n" : "0\r\n\r\n"));
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  // ---- the upstream

  private static void serve(Upstream.Connection connection, Record record) throws Exception {
    InputStream in = new BufferedInputStream(connection.in);
    String head;
    while ((head = RawClient.readHead(in)) != null) {
      int n = Integer.parseInt(Http1Body.field(head, "x-case"));
      Random random = new Random(SEED * 999_983 + n);
      StringBuilder out = new StringBuilder();
      if (!Http1Body.field(head, "expect").isEmpty()) {
        connection.write("HTTP/1.1 100 Continue\r\n\r\n");
      }
      Http1Body body = Http1Body.read(head, in);
      record.requests.put(n, canonical(head, body));
      for (int i = random.nextInt(10) == 0 ? 1 + random.nextInt(2) : 0; i > 0; i--) {
        out.append("HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n");
      }
      boolean close = answer(random, head.startsWith("HEAD "), out);
      connection.write(out.toString());
      if (close) {
        return;
      }
    }
  }

  /** Writes an answer that follows from the number; whether its end is that of the connection. */
  private static boolean answer(Random random, boolean toHead, StringBuilder out) {
    int[] statuses = {200, 200, 200, 200, 201, 206, 204, 304, 302, 404, 500, 599};
    int status = statuses[random.nextInt(statuses.length)];
    String[] reasons = {"OK", "", "A  reason (of \"its\" own)"};
    out.append("HTTP/1.1 " + status + " " + reasons[random.nextInt(3)] + "\r\n");
    List<String> fields = new ArrayList<>(List.of("Set-Cookie: a=b", "Set-Cookie: c=d; Path=/"));
    fields(random, fields);
    byte[] body = text(random, size(random));
    boolean none = status == 204 || status == 304;
    int framing = random.nextInt(random.nextInt(20) == 0 ? 3 : 2);
    if (!none) {
      switch (framing) {
        case 0 -> fields.add("Content-Length: " + body.length);
        case 1 -> {
          fields.add("Transfer-Encoding: chunked");
          body = chunked(random, body);
        }
        default -> fields.add("Connection: close");
      }
    }
    fields.forEach(field -> out.append(field).append("\r\n"));
    out.append("\r\n");
    if (!none && !toHead) {
      out.append(new String(body, StandardCharsets.ISO_8859_1));
    }
    return !none && framing == 2;
  }

  // ---- the client

  /** Asks for its share of all, ahead of the answers, on one connection after the other. */
  private static Void ask(int port, int first, Record record) throws Exception {
    Random random = new Random(SEED + first);
    int next = first;
    int in = 0;
    while (next < EXCHANGES) {
      int before = next;
      try (RawClient client = new RawClient(port)) {
        for (int n = next; n < EXCHANGES; n = next) {
          next = batch(client, random, n, record);
        }
      } catch (ClosedException closed) {
        next = closed.next;
      }
      // When to close behind an answer is a proxy's to settle, but not before any.
      in = next == before ? in + 1 : 0;
      assertThat(in)
          .as("closed before exchange " + next + ": " + Asked.of(next).sent())
          .isLessThan(3);
    }
    return null;
  }

  /** The connection was closed before the answer to this exchange. */
  private static final class ClosedException extends Exception {
    final int next;

    ClosedException(int next) {
      this.next = next;
    }
  }

  /** Asks for some at once; returns what comes next. */
  private static int batch(RawClient client, Random random, int first, Record record)
      throws Exception {
    StringBuilder out = new StringBuilder();
    int last = first - CONNECTIONS;
    boolean waits = false;
    for (int i = 1 + random.nextInt(MAX_AHEAD);
        i > 0 && last + CONNECTIONS < EXCHANGES && !waits;
        i--) {
      last += CONNECTIONS;
      Asked asked = Asked.of(last);
      waits = asked.waits;
      out.append(waits ? asked.head : asked.sent());
    }
    Thread writer = Thread.ofVirtual().start(() -> send(client, out.toString()));
    for (int each = first; each <= last; each += CONNECTIONS) {
      String answer;
      try {
        answer = answer(client, Asked.of(each));
      } catch (IOException e) {
        String where = "port " + client.socket.getPort() + ", exchange " + each;
        throw new IOException(where + ":\n" + Asked.of(each).sent(), e);
      }
      if (answer == null) {
        throw new ClosedException(each);
      }
      record.answers.put(each, answer);
    }
    writer.join();
    return last + CONNECTIONS;
  }

  private static void send(RawClient client, String text) {
    try {
      client.send(text);
    } catch (IOException closed) {
      // The answers will be missing.
    }
  }

  /** The answer; null where the connection ends before any. */
  private static @Nullable String answer(RawClient client, Asked asked) throws IOException {
    StringBuilder all = new StringBuilder();
    boolean sent = !asked.waits;
    while (true) {
      String head = RawClient.readHead(client.in);
      if (head == null) {
        return null;
      }
      int status = Integer.parseInt(head.substring(9, 12));
      if (status >= 200) {
        boolean bare = asked.method.equals("HEAD") || status == 204 || status == 304;
        Http1Body body = bare ? NONE : body(head, client.in);
        return all + canonical(head, body);
      }
      all.append(canonical(head, NONE));
      if (status == 100 && !sent) {
        sent = true;
        client.send(new String(asked.body, StandardCharsets.ISO_8859_1));
      }
    }
  }

  /** The body that {@code head} announces, which may run to the end of the connection. */
  private static Http1Body body(String head, InputStream in) throws IOException {
    boolean framed =
        !Http1Body.field(head, "content-length").isEmpty()
            || !Http1Body.field(head, "transfer-encoding").isEmpty();
    return framed ? Http1Body.read(head, in) : new Http1Body(in.readAllBytes(), "");
  }

  /**
   * A message as all proxies pass it on: names in lower case, as their case means nothing (RFC 9110
   * §5.1); fields of different names in any order (§5.3), those of one name in theirs; without what
   * is the hop's own, the framing among it, which the body's bytes and trailers stand for.
   */
  private static String canonical(String head, Http1Body body) {
    String[] lines = head.split("\r\n");
    TreeMap<String, List<String>> fields = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
      if (!OF_THE_HOP.contains(name) && !FORWARDED.contains(name) && !NAMED.contains(name)) {
        String value = lines[i].substring(colon + 1).replaceAll("^[ \t]+|[ \t]+$", "");
        fields.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
      }
    }
    return lines[0].stripTrailing()
        + "\n"
        + fields
        + "\n"
        + new String(body.bytes(), StandardCharsets.ISO_8859_1)
        + "\n"
        + body.trailers().toLowerCase(Locale.ROOT);
  }

  /** Debian's HAProxy in front of one upstream, with nothing but the defaults of its own. */
  private static final class Haproxy implements AutoCloseable {
    final int port;
    private final Process process;

    Haproxy(Path binary, Path dir, int upstream) throws Exception {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        port = free.getLocalPort();
      }
      Path config = dir.resolve("haproxy.cfg");
      Files.writeString(
          config,
          """
          global
            nbthread 1
            tune.bufsize 131072
            maxconn 256
          defaults
            mode http
            option http-no-delay
            timeout client 20s
            timeout server 20s
            timeout connect 5s
          frontend in
            bind 127.0.0.1:%d
            default_backend out
          backend out
            server one 127.0.0.1:%d
          """
              .formatted(port, upstream));
      process =
          new ProcessBuilder(binary.toString(), "-db", "-f", config.toString())
              .redirectErrorStream(true)
              .redirectOutput(dir.resolve("haproxy.log").toFile())
              .start();
      await().atMost(Duration.ofSeconds(10)).until(this::listens);
    }

    private boolean listens() throws IOException {
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
        return socket.isConnected();
      } catch (ConnectException notYet) {
        return false;
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
