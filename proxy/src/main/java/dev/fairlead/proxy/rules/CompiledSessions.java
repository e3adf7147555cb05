package dev.fairlead.proxy.rules;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.HeaderEdits.Header;
import dev.fairlead.route.Match;
import dev.fairlead.route.Persistence;
import dev.fairlead.route.SessionToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a rule keeps its clients' sessions. Nothing of a session is kept here. Immutable. */
public final class CompiledSessions {
  private final Persistence policy;
  private final byte[] name;

  /** The part of the site that a cookie is for: two rules' sessions do not meet. */
  private final String path;

  /**
   * @throws IllegalArgumentException for a header's name that is ours to write
   */
  CompiledSessions(Persistence policy, Match match) {
    this.policy = policy;
    // Now, not when the first answer is written.
    CompiledEdits.of(header(""));
    this.name =
        (policy.kind() == Persistence.Kind.HEADER
                ? policy.name().toLowerCase(Locale.ROOT)
                : policy.name())
            .getBytes(StandardCharsets.US_ASCII);
    // A semicolon would end the attribute.
    boolean plain =
        match.path().kind() != Match.PathMatch.Kind.EXPRESSION
            && match.path().value().indexOf(';') < 0;
    this.path = plain ? match.path().value() : "/";
  }

  /**
   * The request's session; null where it has none that is still good.
   *
   * @param now seconds since 1970
   */
  public @Nullable SessionToken of(RequestHead request, long now) {
    SessionToken token = SessionToken.of(request, policy.kind(), name);
    return token == null
            || ended(now, token.begun(), policy.absoluteTimeout().toSeconds())
            || ended(now, token.used(), policy.idleTimeout().toSeconds())
        ? null
        : token;
  }

  private static boolean ended(long now, long since, long timeout) {
    return timeout > 0 && now - since >= timeout;
  }

  /**
   * {@code edits} of an answer, and the session's token where the client has none that would do.
   *
   * @param before the request's session; null for none
   * @param endpoint session id of who answered
   * @param now seconds since 1970
   * @param secure whether the client came by TLS
   */
  public CompiledEdits answer(
      CompiledEdits edits,
      @Nullable SessionToken before,
      ServiceName service,
      long endpoint,
      long now,
      boolean secure) {
    long id = SessionToken.id(service);
    SessionToken same =
        before != null && before.service() == id && before.endpoint() == endpoint ? before : null;
    if (same != null && policy.idleTimeout().isZero()) {
      return edits;
    }
    long begun = same == null ? now : same.begun();
    String token = new SessionToken(id, endpoint, begun, now).text();
    return edits.then(
        CompiledEdits.of(
            policy.kind() == Persistence.Kind.HEADER
                ? header(token)
                : new HeaderEdits(
                    List.of(),
                    List.of(new Header("set-cookie", cookie(token, begun, now, secure))),
                    List.of())));
  }

  private HeaderEdits header(String token) {
    return policy.kind() == Persistence.Kind.HEADER
        ? new HeaderEdits(List.of(new Header(policy.name(), token)), List.of(), List.of())
        : HeaderEdits.NONE;
  }

  private String cookie(String token, long begun, long now, boolean secure) {
    StringBuilder cookie = new StringBuilder(policy.name()).append('=').append(token);
    cookie.append("; Path=").append(path);
    if (policy.permanent()) {
      long left = begun + policy.absoluteTimeout().toSeconds() - now;
      cookie.append("; Max-Age=").append(Math.max(1, left));
    }
    cookie.append("; HttpOnly");
    return secure ? cookie.append("; Secure").toString() : cookie.toString();
  }
}
