package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.rules.CompiledRule;
import dev.fairlead.proxy.rules.CompiledRule.Target;
import dev.fairlead.proxy.rules.CompiledSessions;
import dev.fairlead.route.SessionToken;
import org.jspecify.annotations.Nullable;

/** The session that a request belongs to, where its rule keeps any. Reused with its exchange. */
final class Session {
  private final Loop loop;
  private @Nullable CompiledSessions sessions;
  private @Nullable SessionToken token;

  Session(Loop loop) {
    this.loop = loop;
  }

  /** The backend that the request's session is bound to; null if one is to be drawn. */
  CompiledRule.@Nullable Backend begin(
      @Nullable CompiledSessions kept, Target.Forward forward, RequestHead request) {
    sessions = kept;
    token = kept == null ? null : kept.of(request, loop.wallSeconds());
    SessionToken known = token;
    return known == null ? null : forward.of(known);
  }

  void clear() {
    sessions = null;
    token = null;
  }

  /** The endpoint that a request to {@code service} should go to; 0 for any. */
  long endpoint(@Nullable ServiceName service) {
    SessionToken known = token;
    return known == null || service == null || known.service() != SessionToken.id(service)
        ? 0
        : known.endpoint();
  }

  /** {@code edits} of the answer of {@code endpoint}, and what its client needs to come back. */
  CompiledEdits answer(
      CompiledEdits edits,
      @Nullable ServiceName service,
      @Nullable Endpoint endpoint,
      boolean secure) {
    CompiledSessions kept = sessions;
    return kept == null || service == null || endpoint == null
        ? edits
        : kept.answer(edits, token, service, endpoint.sessionId(), loop.wallSeconds(), secure);
  }
}
