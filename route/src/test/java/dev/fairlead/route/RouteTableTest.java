package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  /** A request in one array: method, host, path, query, then values of headers x0, x1, x2. */
  private record Line(byte[] bytes, int[] at) implements RequestView {
    static Line of(String method, String host, String path, String query, String... headers) {
      StringBuilder all = new StringBuilder();
      int[] at = new int[10];
      String[] parts = {method, host, path, query, "", "", ""};
      System.arraycopy(headers, 0, parts, 4, headers.length);
      for (int i = 0; i < parts.length; i++) {
        at[i] = all.length();
        all.append(parts[i]);
      }
      at[7] = all.length();
      return new Line(all.toString().getBytes(StandardCharsets.ISO_8859_1), at);
    }

    @Override
    public int methodStart() {
      return at[0];
    }

    @Override
    public int methodEnd() {
      return at[1];
    }

    @Override
    public int hostStart() {
      return at[1];
    }

    @Override
    public int hostEnd() {
      return at[2];
    }

    @Override
    public int pathStart() {
      return at[2];
    }

    @Override
    public int pathEnd() {
      return at[3];
    }

    @Override
    public int queryStart() {
      return at[3] == at[4] ? -1 : at[3];
    }

    @Override
    public int queryEnd() {
      return at[4];
    }

    @Override
    public int header(byte[] lowerName) {
      int i = lowerName[1] - '0' + 4;
      return at[i] == at[i + 1] ? -1 : i;
    }

    @Override
    public int headerValueStart(int header) {
      return at[header];
    }

    @Override
    public int headerValueEnd(int header) {
      return at[header + 1];
    }

    String text(int i) {
      return new String(bytes, at[i], at[i + 1] - at[i], StandardCharsets.ISO_8859_1);
    }
  }

  private static Route route(String name, long created, String host, Match... matches) {
    List<Rule> rules = new ArrayList<>();
    for (Match match : matches) {
      rules.add(
          new Rule(
              List.of(match),
              HeaderEdits.NONE,
              HeaderEdits.NONE,
              Rewrite.NONE,
              new Action.Forward(List.of()),
              Duration.ZERO,
              Duration.ZERO));
    }
    return new Route(name, List.of(new HostPattern(host)), rules, created);
  }

  /**
   * {@code =/path}, {@code ~/expression}, {@code service:method} of gRPC, the same with {@code ~}
   * before it, or {@code /prefix}; then method, counts of header and query conditions.
   */
  private static Match match(String path, String method, int headers, int query) {
    return match(path, method, headers, query, false);
  }

  private static Match match(
      String path, String method, int headers, int query, boolean expressions) {
    List<Match.ValueMatch> headerMatches = new ArrayList<>();
    for (int i = 0; i < headers; i++) {
      headerMatches.add(value("x" + i, expressions));
    }
    List<Match.ValueMatch> queryMatches = new ArrayList<>();
    for (int i = 0; i < query; i++) {
      queryMatches.add(value("q" + i, expressions));
    }
    return new Match(
        path(path), Optional.of(method).filter(m -> !m.isEmpty()), headerMatches, queryMatches);
  }

  private static Match.ValueMatch value(String name, boolean expression) {
    return new Match.ValueMatch(name, expression ? "v|never" : "v", expression);
  }

  private static Match.PathMatch path(String text) {
    if (text.contains(":")) {
      boolean expressions = text.startsWith("~");
      String[] part = text.substring(expressions ? 1 : 0).split(":", -1);
      return Match.PathMatch.grpc(part[0], part[1], expressions);
    }
    return switch (text.charAt(0)) {
      case '=' -> new Match.PathMatch(Match.PathMatch.Kind.EXACT, text.substring(1));
      case '~' -> new Match.PathMatch(Match.PathMatch.Kind.EXPRESSION, text.substring(1));
      default -> new Match.PathMatch(Match.PathMatch.Kind.PREFIX, text);
    };
  }

  @ParameterizedTest(name = "{0}: {1} before {2}")
  @CsvSource({
    "an exact host before a longer path,  'a.b.c / - 0 0 9 z', '*.b.c =/x/y - 0 0 0 a'",
    "a longer wildcard before a shorter,  '*.b.c / - 0 0 9 z', '*.c =/x/y GET 0 0 0 a'",
    "a wildcard before any host,          '*.c / - 0 0 9 z', '* =/x/y GET 0 0 0 a'",
    "an exact path before a prefix,       '* =/x/y - 0 0 9 z', '* /x/y GET 2 2 0 a'",
    "an exact path before an expression,  '* =/x/y - 0 0 9 z', '* ~/x/y.* GET 2 2 0 a'",
    "an expression before a prefix,       '* ~/.* - 0 0 9 z', '* /x/y GET 2 2 0 a'",
    "a longer expression before a shorter,'* ~/x/.* - 0 0 9 z', '* ~/x.* GET 2 2 0 a'",
    "more headers among expressions,      '* ~/x.* - 2 0 9 z', '* ~/x.* - 1 2 0 a'",
    "a longer prefix before a shorter,    '* /x/y - 0 0 9 z', '* /x GET 2 2 0 a'",
    "gRPC: both before the service,       '* x:y - 0 0 9 z', '* x: GET 2 2 0 a'",
    "gRPC: the service before the method, '* x: - 0 0 9 z', '* :y GET 2 2 0 a'",
    "gRPC: the method before any,         '* :y - 0 0 9 z', '* : GET 2 2 0 a'",
    "gRPC: more of the service first,     '* ~x{1,1}: - 0 0 9 z', '* ~x:y GET 2 2 0 a'",
    "gRPC: then more of the method,       '* ~x:y{1} - 0 0 9 z', '* ~x:y GET 2 2 0 a'",
    "gRPC: more headers among equals,     '* x:y - 2 0 9 z', '* x:y - 1 0 0 a'",
    "a method before headers,             '* /x GET 0 0 9 z', '* /x - 2 2 0 a'",
    "more headers before more parameters, '* /x GET 2 0 9 z', '* /x GET 1 2 0 a'",
    "more parameters before age,          '* /x - 1 2 9 z', '* /x - 1 1 0 a'",
    "the older before the name,           '* /x - 0 0 1 z', '* /x - 0 0 2 a'",
    "the name among equals,               '* /x - 0 0 1 a', '* /x - 0 0 1 b'",
  })
  void precedenceIsGatewayApis(String sentence, String first, String second) {
    Line request = Line.of("GET", "A.b.C", "/x/y", "q0=v&q1=v", "v", "v");
    Route wins = parse(first);
    Route loses = parse(second);
    // A listener of one host makes no other difference between routes than they make themselves.
    for (HostPattern listener : List.of(HostPattern.ANY, new HostPattern("a.b.c"))) {
      for (List<Route> order : List.of(List.of(wins, loses), List.of(loses, wins))) {
        Matched matched = RouteTable.of(listener, order).find(request);
        assertThat(matched).as(sentence).isNotNull();
        assertThat(matched.route()).as(sentence).isSameAs(wins);
      }
    }
    assertThat(RouteTable.of(HostPattern.ANY, List.of(loses)).find(request))
        .as("the second would match too")
        .isNotNull();
  }

  private static Route parse(String text) {
    String[] part = text.split(" ");
    return route(
        part[6],
        Long.parseLong(part[5]),
        part[0],
        match(
            part[1],
            part[2].replace("-", ""),
            Integer.parseInt(part[3]),
            Integer.parseInt(part[4])));
  }

  @ParameterizedTest(name = "{0} matches {1}: {2}")
  @CsvSource({
    "/a, /a, true",
    "/a, /a/, true",
    "/a, /a/b, true",
    "/a, /ab, false",
    "/a/, /a, true",
    "/, /x, true",
    "/, '', true",
    "=/a, /a, true",
    "=/a, /a/, false",
    "=/, '', true",
    "/A, /a, false",
    "/a/b, /a, false",
    "~/a/[0-9]+, /a/12, true",
    "~/a/[0-9]+, /a/12/b, false",
    "~/a/[0-9]+, /x/a/12, false",
    "~/, '', true",
    "~(?i)/a, /A, true",
    "a.B:get, /a.B/get, true",
    "a.B:get, /a.B/put, false",
    "a.B:, /a.B/put, true",
    "a.B:, /axB/put, false",
    ":get, /a.B/get, true",
    ":get, /a/b/get, false",
    ":g.t, /a/get, false",
    "~a|b:get, /b/get, true",
    "~a|b:get, /bc/get, false",
    "~a|b:, /a/x, true",
  })
  void prefixesEndAtSegments(String pattern, String path, boolean matches) {
    RouteTable table =
        RouteTable.of(HostPattern.ANY, List.of(route("r", 0, "*", match(pattern, "", 0, 0))));
    assertThat(table.find(Line.of("GET", "a", path, "")) != null).isEqualTo(matches);
  }

  @ParameterizedTest(name = "listener {0}, route {1}, host {2}: {3}")
  @CsvSource({
    "*, *, a.b, true",
    "a.b, *, a.b, true",
    "a.b, *, c.b, false",
    "*.b, a.b, a.b, true",
    "*.b, a.c, a.c, false",
    "*.b, *.c.b, x.c.b, true",
    "*.c.b, *.b, x.b, false",
    "*.c.b, *.b, x.c.b, true",
    "*, *.b, b, false",
    "*, *.b, x.y.b, true",
    "*, *.b, xb, false",
  })
  void theListenersHostnameNarrowsItsRoutes(
      String listener, String host, String asked, boolean matches) {
    RouteTable table =
        RouteTable.of(
            new HostPattern(listener), List.of(route("r", 0, host, match("/", "", 0, 0))));
    assertThat(table.find(Line.of("GET", asked, "/", "")) != null).isEqualTo(matches);
  }

  @ParameterizedTest(name = "{0} has n=v w: {1}")
  @CsvSource({
    "n=v+w, true",
    "n=v%20w, true",
    "n=v w, true",
    "%6E=v%20w, true",
    "a=1&n=v+w&n=x, true",
    "n=x&n=v+w, false",
    "n=v%2, false",
    "n, false",
    "nn=v+w, false",
    "n=v+w2, false",
    "&&n=v+w, true",
  })
  void parametersAreComparedDecodedAndTheFirstCounts(String query, boolean matches) {
    byte[] bytes = query.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(
            Query.has(
                bytes,
                0,
                bytes.length,
                "n".getBytes(StandardCharsets.UTF_8),
                "v w".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(matches);
  }

  @Test
  void findsWhatANaiveSearchFinds() {
    String given = System.getProperty("seed", "");
    long seed = given.matches("-?\\d+") ? Long.parseLong(given) : 20261121;
    Random random = new Random(seed);
    int found = 0;
    for (int round = 0; round < 2_000; round++) {
      List<Route> routes = new ArrayList<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        Match[] matches = new Match[1 + random.nextInt(3)];
        for (int m = 0; m < matches.length; m++) {
          matches[m] =
              match(
                  any(
                      random,
                      "/",
                      "/a",
                      "/a/",
                      "/a/b",
                      "/b",
                      "=/a",
                      "=/a/b",
                      "=/a/",
                      "~/a.*",
                      "~/a(/b)?",
                      "~/[^/]*",
                      "a:b",
                      "a:",
                      ":b",
                      ":",
                      "~a|b:",
                      "~[ab]:[bc]",
                      "~:b"),
                  any(random, "", "", "GET", "POST"),
                  random.nextInt(3),
                  random.nextInt(3),
                  random.nextInt(3) == 0);
        }
        routes.add(
            route(
                "r" + i,
                random.nextInt(3),
                any(random, "*", "*.b", "*.a.b", "a.b", "c.a.b"),
                matches));
      }
      RouteTable table = RouteTable.of(HostPattern.ANY, routes);
      for (int r = 0; r < 20; r++) {
        Line line =
            Line.of(
                any(random, "GET", "POST", "PUT"),
                any(random, "a.b", "c.a.b", "d.a.b", "x", "b"),
                any(random, "/", "", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b"),
                any(random, "", "q0=v", "q1=v&q0=v", "q0=w"),
                any(random, "", "v", "w"),
                any(random, "", "v"));
        Matched expected = naive(table.all(), line);
        found += expected == null ? 0 : 1;
        assertThat(table.find(line)).as("seed %d round %d", seed, round).isEqualTo(expected);
      }
    }
    assertThat(found).isGreaterThan(1000);
  }

  private static String any(Random random, String... of) {
    return of[random.nextInt(of.length)];
  }

  private static Matched naive(List<Matched> all, Line line) {
    String host = line.text(1);
    String path = line.text(2).isEmpty() ? "/" : line.text(2);
    return all.stream()
        .filter(m -> m.route().hosts().getFirst().matches(host))
        .filter(m -> matchesPath(m.match().path(), path))
        .filter(m -> m.match().method().map(line.text(0)::equals).orElse(true))
        .filter(
            m ->
                m.match().headers().stream()
                    .allMatch(h -> line.text(h.name().charAt(1) - '0' + 4).equals("v")))
        .filter(
            m ->
                m.match().query().stream()
                    .allMatch(q -> ("&" + line.text(3) + "&").contains("&" + q.name() + "=v&")))
        .min(
            Comparator.<Matched>comparingInt(m -> -specificity(m.route().hosts().getFirst()))
                .thenComparingInt(
                    m -> m.match().path().kind() == Match.PathMatch.Kind.EXACT ? 0 : 1)
                .thenComparingInt(m -> -rank(m.match().path()))
                .thenComparingInt(
                    m -> m.match().path().kind() == Match.PathMatch.Kind.EXPRESSION ? 0 : 1)
                .thenComparingInt(m -> m.match().method().isPresent() ? 0 : 1)
                .thenComparingInt(m -> -m.match().headers().size())
                .thenComparingInt(m -> -m.match().query().size())
                .thenComparingLong(m -> m.route().created())
                .thenComparing(m -> m.route().name())
                .thenComparingInt(Matched::index))
        .orElse(null);
  }

  private static int specificity(HostPattern host) {
    return host.isWildcard() ? host.pattern().length() : 1000;
  }

  /** By how much of the path is said, or as the expression itself says. */
  private static int rank(Match.PathMatch path) {
    return path.kind() == Match.PathMatch.Kind.EXPRESSION
        ? path.rank()
        : path.value().replaceAll("/$", "").length() * 2048;
  }

  private static boolean matchesPath(Match.PathMatch match, String path) {
    if (match.kind() == Match.PathMatch.Kind.EXPRESSION) {
      return path.matches(match.value());
    }
    String prefix = match.value().replaceAll("/$", "");
    return match.kind() == Match.PathMatch.Kind.EXACT
        ? path.equals(match.value())
        : path.equals(prefix) || path.startsWith(prefix + "/");
  }

  @ParameterizedTest(name = "{0} in {1} and {2}: {3}")
  @CsvSource({
    "a|b+, b, b=1, true",
    "a|b+, bb, '', true",
    "a|b+, xb, '', false",
    "a|b+, '', '', false",
    ".*, é, '', true",
  })
  void aHeadersExpressionMatchesTheWholeValue(
      String expression, String value, String query, boolean matches) {
    assertThat(finds(true, expression, Line.of("GET", "a", "/", query, value))).isEqualTo(matches);
  }

  @ParameterizedTest(name = "{0} in {1}: {2}")
  @CsvSource({
    "[0-9]+, x0=12, true",
    "[0-9]+, x0=1a, false",
    "a b, x0=a+b, true",
    "a b, x0=a%20b, true",
    "a b, y=1&x0=%61+b&x0=c, true",
    "'', x0, false",
    "%2, x0=%2, true",
    "é, x0=%C3%A9, true",
    "[0-9]+, y=12, false",
  })
  void aParametersExpressionMatchesTheWholeValueDecoded(
      String expression, String query, boolean matches) {
    String some = expression.isEmpty() ? "x" : expression;
    assertThat(finds(false, some, Line.of("GET", "a", "/", query))).isEqualTo(matches);
  }

  private static boolean finds(boolean header, String expression, Line line) {
    List<Match.ValueMatch> condition = List.of(new Match.ValueMatch("x0", expression, true));
    Match match =
        new Match(
            Match.ALL.path(),
            Optional.empty(),
            header ? condition : List.of(),
            header ? List.of() : condition);
    return RouteTable.of(HostPattern.ANY, List.of(route("r", 0, "*", match))).find(line) != null;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "(",
        "a{1001}",
        "(?=a)",
        "(a)\\1",
        "[a-z]{1,1000}",
        "((a{30}){30}){30}",
        "((((a{1,}){999}){999,}){999}){999,999}",
      })
  void anExpressionThatIsWrongOrTooLargeIsRefused(String expression) {
    assertThat(Expression.mistake(expression)).isPresent();
    assertThatThrownBy(() -> Expression.of(expression))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatPeopleWriteIsNoExpressionTooLarge() {
    assertThat(Expression.mistake("(?:[a-z0-9]{1,63}\\.){1,3}example\\.(com|org)")).isEmpty();
    assertThat(Expression.mistake("/v[0-9]+/(users|orders)/[0-9a-f-]{36}(/.*)?")).isEmpty();
    assertThat(Expression.mistake("a".repeat(Expression.MAX_LENGTH))).isPresent();
    assertThat(Expression.mistake("a".repeat(500))).isEmpty();
  }

  @Test
  void twoHostsThatNarrowToOneMatchOnce() {
    Route route =
        new Route(
            "r",
            List.of(HostPattern.ANY, new HostPattern("a.b"), new HostPattern("*.b")),
            route("r", 0, "*", match("/", "", 0, 0)).rules(),
            0);
    RouteTable table = RouteTable.of(new HostPattern("a.b"), List.of(route));
    assertThat(table.all()).hasSize(1);
    assertThat(table.find(Line.of("GET", "a.b", "/", ""))).isSameAs(table.all().getFirst());
    assertThat(table.find(Line.of("GET", "c.b", "/", ""))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*.", "*b", "a.*", "A.b", "*.*.b", ".b", "*.B", "a..b"})
  void aPatternThatNoHostCouldMatchIsRefused(String pattern) {
    assertThatThrownBy(() -> new HostPattern(pattern)).isInstanceOf(IllegalArgumentException.class);
  }
}
