package dev.fairlead.proxy.rules;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.probe.ServerLoad;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRedirect;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.tls.ClientContext;
import dev.fairlead.route.Action;
import dev.fairlead.route.AffinityKey;
import dev.fairlead.route.BackendChoice;
import dev.fairlead.route.ConnectionLimits;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.Hedging;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Match;
import dev.fairlead.route.Matched;
import dev.fairlead.route.Mirror;
import dev.fairlead.route.Protocol;
import dev.fairlead.route.Rule;
import dev.fairlead.route.SessionToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to do with a request that matched, ready to be done.
 *
 * @param route name of the route, with the rule's behind it if it has one
 * @param match that the request matched
 * @param mirrors backends that get copies, most often none
 * @param cors null where pages of other origins are nobody's concern
 * @param requestNanos 0: no timeout
 * @param backendNanos of one attempt; 0: no timeout
 * @param sessions null where clients are bound to no endpoint
 */
public record CompiledRule(
    String route,
    Match match,
    CompiledRewrite rewrite,
    List<Mirrored> mirrors,
    @Nullable CompiledCors cors,
    Target target,
    long requestNanos,
    long backendNanos,
    CompiledRetries retries,
    @Nullable CompiledSessions sessions) {

  /** Where the request goes. */
  public sealed interface Target {
    /** To one of {@code backends}, which stand in the order of the action's. */
    record Forward(Action.Forward action, List<Backend> backends) implements Target {
      /** Drawn by weight; null where no backend has any. */
      @SuppressWarnings("ReferenceEquality") // the very backend that was drawn
      public @Nullable Backend choose(RandomSource random) {
        Action.Backend chosen = BackendChoice.of(action, random);
        for (int i = 0; i < backends.size(); i++) {
          if (backends.get(i).source == chosen) {
            return backends.get(i);
          }
        }
        return null;
      }

      /** The one that a session is bound to, if it still takes part. */
      public @Nullable Backend of(SessionToken session) {
        for (Backend backend : backends) {
          if (backend.source.weight() > 0
              && backend.service != null
              && SessionToken.id(backend.service) == session.service()) {
            return backend;
          }
        }
        return null;
      }
    }

    record Redirect(CompiledRedirect redirect) implements Target {}

    record Reply(LocalReply reply) implements Target {}
  }

  /**
   * One backend of a split.
   *
   * @param balancer null, as {@code service}, where the reference is invalid
   * @param affinity null where the service has none
   * @param protocol that its endpoints speak
   * @param tls null for clear text
   * @param connections to one of its endpoints
   * @param hedging null where nothing is sent twice
   * @param load null unless the service is answered for when it is asked for its load
   */
  public record Backend(
      Action.Backend source,
      @Nullable ServiceName service,
      @Nullable Balancer balancer,
      @Nullable AffinityKey affinity,
      Protocol protocol,
      @Nullable ClientContext tls,
      CompiledEdits requestEdits,
      CompiledEdits responseEdits,
      ConnectionLimits connections,
      @Nullable Hedging hedging,
      @Nullable ServerLoad load) {
    /** Whether its endpoints are spoken to in HTTP/2. */
    public boolean http2() {
      return protocol == Protocol.H2C;
    }
  }

  /** A backend that gets copies of {@code numerator} of {@code denominator} requests. */
  public record Mirrored(Backend backend, int numerator, int denominator) {
    public boolean drawn(RandomSource random) {
      return numerator == denominator || random.below(denominator) < numerator;
    }
  }

  /**
   * Until when an answer is waited for: limits that somebody named stand in for the general one.
   *
   * @param limitNanos of the request, the client's or the rule's; 0: none
   */
  public long answerDeadline(long general, long begun, long limitNanos) {
    return limitNanos > 0 || backendNanos > 0 ? begun + Long.MAX_VALUE / 2 : general;
  }

  /**
   * The earliest of {@code last} and what the time-outs come to.
   *
   * @param begun when the request began
   * @param limitNanos that it may take; 0: any
   * @param underWay whether an attempt is under way, which began at {@code attempted}
   */
  public long deadline(long last, long begun, long limitNanos, boolean underWay, long attempted) {
    long deadline = last;
    if (limitNanos > 0) {
      deadline = earlier(deadline, begun + limitNanos);
    }
    return backendNanos > 0 && underWay ? earlier(deadline, attempted + backendNanos) : deadline;
  }

  /** Whether one of the time-outs, of the request or of the attempt, has passed. */
  public boolean expired(long now, long begun, long limitNanos, boolean underWay, long attempted) {
    long never = now + Long.MAX_VALUE / 2;
    return deadline(never, begun, limitNanos, underWay, attempted) - now <= 0;
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  static CompiledRule of(Matched matched, Listener listener, Materials materials) {
    Rule rule = matched.rule();
    Target target =
        switch (rule.action()) {
          case Action.Forward forward -> forward(forward, rule, listener, materials);
          case Action.Redirect redirect ->
              new Target.Redirect(
                  CompiledRedirect.of(
                      redirect,
                      matched.match(),
                      listener.tls().isPresent() ? "https" : "http",
                      listener.port(),
                      edits(rule.responseHeaders(), HeaderEdits.NONE)));
          case Action.StaticReply reply ->
              new Target.Reply(
                  LocalReply.of(
                      reply.status(), rule.responseHeaders().of(reply.headers()), reply.body()));
        };
    String route = matched.route().name();
    return new CompiledRule(
        rule.name().isEmpty() ? route : route + "/" + rule.name(),
        matched.match(),
        CompiledRewrite.of(rule.rewrite(), matched.match()),
        rule.mirrors().stream()
            .map(mirror -> mirrored(mirror, rule, listener, materials))
            .filter(mirror -> mirror.numerator > 0)
            .toList(),
        rule.cors().map(CompiledCors::new).orElse(null),
        target,
        nanos(rule.requestTimeout()),
        nanos(rule.backendTimeout()),
        rule.retries().map(CompiledRetries::of).orElse(CompiledRetries.DEFAULT),
        rule.persistence()
            .map(policy -> new CompiledSessions(policy, matched.match()))
            .orElse(null));
  }

  private static Mirrored mirrored(
      Mirror mirror, Rule rule, Listener listener, Materials materials) {
    return new Mirrored(
        backend(mirror.backend(), rule, listener, materials),
        mirror.numerator(),
        mirror.denominator());
  }

  private static Target forward(
      Action.Forward forward, Rule rule, Listener listener, Materials materials) {
    List<Backend> backends = new ArrayList<>();
    for (Action.Backend source : forward.backends()) {
      backends.add(backend(source, rule, listener, materials));
    }
    return new Target.Forward(forward, List.copyOf(backends));
  }

  private static Backend backend(
      Action.Backend source, Rule rule, Listener listener, Materials materials) {
    return new Backend(
        source,
        source.service().orElse(null),
        source.service().map(materials.balancers()).orElse(null),
        source.affinity().map(AffinityKey::new).orElse(null),
        source.protocol(),
        source
            .service()
            .map(name -> materials.clientTls(name, source.protocol(), listener))
            .orElse(null),
        edits(rule.requestHeaders(), source.requestHeaders()),
        edits(rule.responseHeaders(), source.responseHeaders()),
        source
            .service()
            .map(name -> materials.config().treatment(name).connections())
            .orElse(ConnectionLimits.NONE),
        source.service().flatMap(name -> materials.config().treatment(name).hedging()).orElse(null),
        source.service().map(materials::load).orElse(null));
  }

  private static CompiledEdits edits(HeaderEdits ofRule, HeaderEdits ofBackend) {
    return ofRule.isEmpty() && ofBackend.isEmpty()
        ? CompiledEdits.NONE
        : CompiledEdits.of(ofRule, ofBackend);
  }

  private static long nanos(Duration duration) {
    try {
      return Math.max(0, duration.toNanos());
    } catch (ArithmeticException longerThanTime) {
      return 0;
    }
  }
}
