package dev.fairlead.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.hash.XxHash64;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AffinityKeyTest {
  private static final AffinityKey COOKIE = new AffinityKey(new Affinity.Cookie("sid"));
  private static final AffinityKey QUERY = new AffinityKey(new Affinity.Query("sid"));
  private static final AffinityKey HEADER = new AffinityKey(new Affinity.Header("X-User"));
  private static final String SOURCE = "192.0.2.1";

  /** A request of a query (after its question mark) and header lines, of which no other is read. */
  private static final class Head implements RequestView {
    private final byte[] bytes;
    private final int queryStart;
    private final int queryEnd;
    private final List<String> names;
    private final int[] valueStart;
    private final int[] valueEnd;

    /**
     * @param query without a question mark there is none
     * @param lines {@code name: value}, one char a byte
     */
    Head(String query, String... lines) {
      StringBuilder all = new StringBuilder("before").append(query);
      queryStart = query.startsWith("?") ? all.indexOf("?") + 1 : -1;
      queryEnd = all.length();
      names = List.of(lines).stream().map(l -> l.substring(0, l.indexOf(": "))).toList();
      valueStart = new int[lines.length];
      valueEnd = new int[lines.length];
      for (int i = 0; i < lines.length; i++) {
        valueStart[i] = all.length() + names.get(i).length() + 2;
        valueEnd[i] = all.append(lines[i]).length();
      }
      // What stands behind the last value must not count.
      bytes =
          all.append("; sid=behind&sid=behind").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public int header(byte[] lowerName) {
      String wanted = new String(lowerName, StandardCharsets.US_ASCII);
      return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList().indexOf(wanted);
    }

    @Override
    public int headerValueStart(int header) {
      return valueStart[header];
    }

    @Override
    public int headerValueEnd(int header) {
      return valueEnd[header];
    }

    @Override
    public int queryStart() {
      return queryStart;
    }

    @Override
    public int queryEnd() {
      return queryEnd;
    }

    @Override
    public int methodStart() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int methodEnd() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int hostStart() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int hostEnd() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int pathStart() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int pathEnd() {
      throw new UnsupportedOperationException();
    }
  }

  /** Of a key, one char a byte; {@code none} for none. */
  private static long hash(String key) {
    return key.equals("none")
        ? AffinityKey.NONE
        : XxHash64.hash(key.getBytes(StandardCharsets.ISO_8859_1), 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          sid=1                  | 1
          a=b; sid=1; c=d        | 1
          a=b;sid=1;c=d          | 1
          sid=1; sid=2           | 1
          sid=first; a=b; sid=1  | first
          sid=; sid=2            | none
          sid=   ; sid=2         | none
          sid                    | none
          sid; sid=1             | 1
          SID=1                  | none
          xsid=1                 | none
          sidx=1                 | none
          sid =1                 | none
          a=sid=1                | none
          a=1 sid=1              | none
          sid=a=b                | a=b
          sid==                  | =
          sid=1 ; a=b            | 1
          sid="1"                | "1"
          sid="1; a=b"           | "1
          a="; sid=1"            | 1"
          sid=%31                | %31
          sid=a b,c\\d           | a b,c\\d
          ;;; ; ;sid=1;;         | 1
          =1; =sid; =            | none
          si                     | none
          ;                      | none
          sid=ä                  | ä
          """)
  void aCookieIsTheFirstOfItsNameAsItWasSent(String line, String key) {
    assertThat(COOKIE.hash(new Head("", "a: sid=no", "Cookie: " + line), SOURCE))
        .isEqualTo(hash(key));
  }

  @Test
  void blanksAroundACookieAreNotItsOwn() {
    assertThat(COOKIE.hash(new Head("", "cookie: a=b \t ; \t sid=1\t ;c=d"), SOURCE))
        .isEqualTo(hash("1"));
    assertThat(COOKIE.hash(new Head("", "cookie: sid= 1"), SOURCE)).isEqualTo(hash(" 1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ?sid=1         | 1
          ?a=b&sid=1&c=d | 1
          ?sid=1&sid=2   | 1
          ?sid=&sid=2    | none
          ?sid&sid=2     | none
          ?sid           | none
          ?SID=1         | none
          ?xsid=1        | none
          ?a=sid=1       | none
          ?a=1;sid=1     | none
          ?sid=a=b       | a=b
          ?sid=a+b%20c   | a+b%20c
          ?sid=%3         | %3
          ?s%69d=1       | 1
          ?&&&sid=1      | 1
          ?=&=sid        | none
          ?              | none
          sid=1          | none
          """)
  void aParameterIsTheFirstOfItsNameAsItWasSent(String query, String key) {
    assertThat(QUERY.hash(new Head(query), SOURCE)).isEqualTo(hash(key));
  }

  @Test
  void aHeaderIsTheFirstLineOfItsNameByteForByte() {
    assertThat(HEADER.hash(new Head("", "X-USER: a", "x-user: b"), SOURCE)).isEqualTo(hash("a"));
    assertThat(HEADER.hash(new Head("", "x-user: A, b;c=d"), SOURCE)).isEqualTo(hash("A, b;c=d"));
    assertThat(HEADER.hash(new Head("", "x-user: Ã¤ÿ"), SOURCE)).isEqualTo(hash("Ã¤ÿ"));
    assertThat(HEADER.hash(new Head("", "x-user: "), SOURCE)).isEqualTo(AffinityKey.NONE);
    assertThat(HEADER.hash(new Head("", "x-user: ", "x-user: b"), SOURCE))
        .isEqualTo(AffinityKey.NONE);
    assertThat(HEADER.hash(new Head("?x-user=a", "x-users: a"), SOURCE))
        .isEqualTo(AffinityKey.NONE);
  }

  @Test
  void metadataIsTheHeaderOfItsName() {
    AffinityKey text = new AffinityKey(new Affinity.GrpcMetadata("tenant"));
    assertThat(text.hash(new Head("", "tenant: t-1", "tenant: t-2"), SOURCE))
        .isEqualTo(hash("t-1"));
    AffinityKey binary = new AffinityKey(new Affinity.GrpcMetadata("tenant-bin"));
    assertThat(binary.hash(new Head("", "tenant-bin: AAEC"), SOURCE)).isEqualTo(hash("AAEC"));
    assertThat(binary.hash(new Head("", "tenant: t-1"), SOURCE)).isEqualTo(AffinityKey.NONE);
  }

  @Test
  void theSourceAddressIsThePeersWhateverTheRequestClaims() {
    AffinityKey source = new AffinityKey(new Affinity.SourceAddress());
    assertThat(source.hash(new Head("", "x-forwarded-for: 203.0.113.9"), SOURCE))
        .isEqualTo(hash(SOURCE));
    assertThat(source.hash(new Head(""), "2001:db8:0:0:0:0:0:1"))
        .isEqualTo(hash("2001:db8:0:0:0:0:0:1"));
    assertThat(source.hash(new Head(""), "")).isEqualTo(AffinityKey.NONE);
  }

  @Test
  void ofSeveralCookieLinesTheFirstCounts() {
    assertThat(COOKIE.hash(new Head("", "Cookie: a=b", "Cookie: sid=1"), SOURCE))
        .isEqualTo(AffinityKey.NONE);
    assertThat(COOKIE.hash(new Head("", "Cookie: sid=1", "Cookie: sid=2"), SOURCE))
        .isEqualTo(hash("1"));
    assertThat(COOKIE.hash(new Head("", "Set-Cookie: sid=1"), SOURCE)).isEqualTo(AffinityKey.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {";", "=", "sid", "sid;", "s=id; ", "\"", " ", "\t;", "sid =x;", "\u00ff"})
  void aHugeCookieLineHidesNothingAndInventsNothing(String part) {
    String junk = part.repeat(64 * 1024 / part.length());
    assertThat(COOKIE.hash(new Head("", "cookie: " + junk), SOURCE)).isEqualTo(AffinityKey.NONE);
    assertThat(COOKIE.hash(new Head("", "cookie: " + junk + ";sid=1"), SOURCE))
        .isEqualTo(hash("1"));
    assertThat(COOKIE.hash(new Head("", "cookie: sid=x" + junk.replace(';', ':') + "y"), SOURCE))
        .isEqualTo(hash("x" + junk.replace(';', ':') + "y"));
  }

  @Test
  void whatIsFoundInPlaceIsWhatTakingTheTextApartFinds() {
    String given = System.getProperty("seed", "");
    long seed = given.matches("-?\\d+") ? Long.parseLong(given) : 20261121;
    Random random = new Random(seed);
    String[] tokens = {"sid", "sid=", "=", ";", "; ", "&", " ", "\t", "x", "\"", "%73", "+", "é"};
    Set<Long> found = new HashSet<>();
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(10); n > 0; n--) {
        text.append(tokens[random.nextInt(tokens.length)]);
      }
      long cookie = COOKIE.hash(new Head("", "cookie: " + text), SOURCE);
      assertThat(cookie)
          .as("seed %d round %d cookie '%s'", seed, round, text)
          .isEqualTo(hash(cookieByHand(text.toString())));
      long query = QUERY.hash(new Head("?" + text), SOURCE);
      assertThat(query)
          .as("seed %d round %d query '%s'", seed, round, text)
          .isEqualTo(hash(parameterByHand(text.toString())));
      found.add(cookie);
      found.add(query);
    }
    assertThat(found).as("seed %d", seed).hasSizeGreaterThan(100).contains(AffinityKey.NONE);
  }

  private static String cookieByHand(String text) {
    for (String pair : text.split(";")) {
      String cookie = pair.replaceAll("^[ \t]+", "");
      if (cookie.startsWith("sid=")) {
        String value = cookie.substring(4).replaceAll("[ \t]+$", "");
        return value.isEmpty() ? "none" : value;
      }
    }
    return "none";
  }

  private static String parameterByHand(String text) {
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (name.replace("%73", "s").equals("sid")) {
        return equals < 0 || equals + 1 == pair.length() ? "none" : pair.substring(equals + 1);
      }
    }
    return "none";
  }

  @Test
  void namesAreBoundedAndOfTheirGrammar() {
    String longest = "n".repeat(Affinity.MAX_NAME);
    assertThat(new Affinity.Header("X-" + longest.substring(2)).name()).startsWith("x-nnn");
    for (String bad : List.of("", " ", "a b", "a=b", "a;b", "a:b", "ä", "a\n", longest + "n")) {
      assertThatThrownBy(() -> new Affinity.Header(bad))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new Affinity.Cookie(bad))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new Affinity.Query(bad))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new Affinity.GrpcMetadata(bad))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(new Affinity.GrpcMetadata("a-b_c.9-bin").name()).isEqualTo("a-b_c.9-bin");
    for (String bad : List.of("Tenant", "grpc-timeout", "a!b")) {
      assertThatThrownBy(() -> new Affinity.GrpcMetadata(bad))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
