package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.route.Protocol;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Readers of names and addresses, with the rules of Kubernetes and Gateway API. */
public final class Names {
  private static final String LABEL_PATTERN = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final Pattern LABEL_NAME = Pattern.compile(LABEL_PATTERN);
  private static final Pattern SUBDOMAIN_NAME =
      Pattern.compile(LABEL_PATTERN + "(\\." + LABEL_PATTERN + ")*+");
  private static final int MAX_SUBDOMAIN = 253;

  /** A Kubernetes label's value that is not empty. */
  static final Pattern LABEL_TEXT =
      Pattern.compile("[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?");

  /** RFC 9110's token. */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

  static final Reader<String> LABEL =
      Scalars.text(
          text -> LABEL_NAME.matcher(text).matches(),
          "a DNS label",
          "use a-z, 0-9 and '-', at most 63 characters");

  static final Reader<String> LABEL_VALUE =
      Scalars.text(
          text -> text.isEmpty() || LABEL_TEXT.matcher(text).matches(),
          "a label's value",
          "use letters, digits, '-', '_' and '.', at most 63 characters");

  public static final Reader<String> SUBDOMAIN =
      Scalars.text(
          Names::isSubdomain, "a DNS name", "use a-z, 0-9, '-' and '.', at most 253 characters");

  /** A host name without wildcard and not an IP address. */
  static final Reader<String> PRECISE_HOST =
      Scalars.text(
          text -> isSubdomain(text) && IpLiteral.canonical(text).isEmpty(),
          "a host name",
          "use lower case, without port or '*', and no IP address");

  /** A host name, or {@code *.example.com}. */
  static final Reader<String> HOST =
      Scalars.text(
          text -> {
            String base = text.startsWith("*.") ? text.substring(2) : text;
            return isSubdomain(base) && IpLiteral.canonical(base).isEmpty();
          },
          "a host name",
          "use lower case, without port; '*' only as the first label; no IP address");

  static final Reader<String> TOKEN_NAME =
      Scalars.text(
          text -> TOKEN.matcher(text).matches(),
          "a header's name",
          "use letters, digits and '-', at most 256 characters");

  /** An IP address, in its canonical form. */
  static final Reader<String> IP =
      value ->
          Scalars.TEXT
              .read(value)
              .flatMap(
                  text -> {
                    Optional<String> canonical = IpLiteral.canonical(text);
                    if (canonical.isEmpty()) {
                      value.problem(
                          Quoted.of(text) + " is not an IP address",
                          "write it as 192.0.2.1 or 2001:db8::1");
                    }
                    return canonical;
                  });

  /** What a request's target may consist of, so that nothing but the path can be written there. */
  private static final Pattern TARGET = Pattern.compile("/[!$%&'()*+,./0-9:;=?@A-Z_a-z~-]{0,2047}");

  /** A path that is asked for, with its query. */
  static final Reader<String> PATH =
      Scalars.text(
          text -> TARGET.matcher(text).matches(),
          "a path",
          "begin with '/', and percent-encode what is not ASCII");

  static final Reader<Integer> PORT = Scalars.integer(1, 65535);

  /** A port's protocol: whether it is TCP, the only one that is led. */
  static final Reader<Boolean> IS_TCP =
      Scalars.oneOf(Map.of("TCP", true, "UDP", false, "SCTP", false));

  /** A port's application protocol; all but that of HTTP/2 in clear text is HTTP/1.1 to us. */
  static final Reader<Protocol> APP_PROTOCOL =
      value ->
          Scalars.TEXT
              .read(value)
              .map(text -> text.equals("kubernetes.io/h2c") ? Protocol.H2C : Protocol.HTTP1);

  private Names() {}

  /** Whether it is a DNS name. */
  static boolean isSubdomain(String text) {
    return text.length() <= MAX_SUBDOMAIN && SUBDOMAIN_NAME.matcher(text).matches();
  }
}
