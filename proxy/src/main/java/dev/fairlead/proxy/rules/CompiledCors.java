package dev.fairlead.proxy.rules;

import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.route.Cors;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.HeaderEdits.Header;
import dev.fairlead.route.Preflight;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is said to browsers of other origins (Fetch standard, CORS protocol). What the upstream says
 * of that is not passed on: two answers would be none. Immutable.
 */
public final class CompiledCors {
  private static final String ALLOW_ORIGIN = "access-control-allow-origin";
  private static final String ALLOW_CREDENTIALS = "access-control-allow-credentials";
  private static final String ALLOW_METHODS = "access-control-allow-methods";
  private static final String ALLOW_HEADERS = "access-control-allow-headers";
  private static final String EXPOSE_HEADERS = "access-control-expose-headers";
  private static final String MAX_AGE = "access-control-max-age";
  private static final List<String> OURS =
      List.of(
          ALLOW_ORIGIN, ALLOW_CREDENTIALS, ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS, MAX_AGE);

  private static final int NO_CONTENT = 204;

  private final Cors policy;
  private final boolean anyOrigin;
  private final Set<String> origins = new HashSet<>();
  private final List<Wildcard> wildcards = new ArrayList<>();

  /** Removes what the upstream says; with what an answer says to origins that are not allowed. */
  private final CompiledEdits denied;

  /** Origins that a star stands in. */
  private record Wildcard(String before, String after) {
    boolean matches(String origin) {
      int to = origin.length() - after.length();
      return to > before.length()
          && origin.startsWith(before)
          && origin.endsWith(after)
          && origin.substring(before.length(), to).chars().allMatch(Wildcard::isOfHost);
    }

    private static boolean isOfHost(int c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    }
  }

  CompiledCors(Cors policy) {
    this.policy = policy;
    anyOrigin = policy.origins().contains(Cors.ANY);
    for (String origin : policy.origins()) {
      int star = origin.indexOf('*');
      if (star < 0) {
        origins.add(origin);
      } else {
        wildcards.add(new Wildcard(origin.substring(0, star), origin.substring(star + 1)));
      }
    }
    denied = CompiledEdits.of(new HeaderEdits(List.of(), vary(), OURS));
  }

  /** One answer for all needs no credentials to be told apart. */
  private boolean sameForAll() {
    return anyOrigin && !policy.credentials();
  }

  private List<Header> vary() {
    return sameForAll() ? List.of() : List.of(new Header("vary", "origin"));
  }

  private boolean allows(String origin) {
    return anyOrigin
        || origins.contains(origin)
        || wildcards.stream().anyMatch(wildcard -> wildcard.matches(origin));
  }

  /** The answer to a preflight; to an origin that is not allowed it says nothing. */
  public LocalReply preflight(RequestHead request) {
    String origin = value(request, Preflight.ORIGIN);
    List<Header> headers = new ArrayList<>(vary());
    if (allows(origin)) {
      allow(origin, headers);
      say(ALLOW_METHODS, policy.methods(), value(request, Preflight.REQUEST_METHOD), headers);
      say(ALLOW_HEADERS, policy.headers(), value(request, Preflight.REQUEST_HEADERS), headers);
      headers.add(new Header(MAX_AGE, Long.toString(policy.maxAge().toSeconds())));
    }
    return LocalReply.of(NO_CONTENT, headers, "");
  }

  /** {@code edits} of the upstream's answer, and what is to be said beside it. */
  public CompiledEdits answer(RequestHead request, CompiledEdits edits) {
    String origin = value(request, Preflight.ORIGIN);
    if (origin.isEmpty() || !allows(origin)) {
      return edits.then(denied);
    }
    List<Header> headers = new ArrayList<>();
    allow(origin, headers);
    say(EXPOSE_HEADERS, policy.exposed(), "", headers);
    return edits
        .then(denied)
        .then(CompiledEdits.of(new HeaderEdits(List.of(), headers, List.of())));
  }

  private void allow(String origin, List<Header> headers) {
    headers.add(new Header(ALLOW_ORIGIN, sameForAll() ? Cors.ANY : origin));
    if (policy.credentials()) {
      headers.add(new Header(ALLOW_CREDENTIALS, "true"));
    }
  }

  /** With credentials a star would mean itself: what was asked for is said in its place. */
  private void say(String name, List<String> allowed, String asked, List<Header> headers) {
    boolean any = allowed.contains(Cors.ANY);
    String said = any ? (policy.credentials() ? asked : Cors.ANY) : String.join(", ", allowed);
    if (!said.isEmpty()) {
      headers.add(new Header(name, said));
    }
  }

  private static String value(RequestHead request, byte[] name) {
    int header = request.header(name);
    return header < 0 ? "" : request.value(header);
  }
}
