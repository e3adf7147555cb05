package dev.fairlead.proxy.rules;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRedirect;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.tls.ClientContext;
import dev.fairlead.route.Action;
import dev.fairlead.route.AffinityKey;
import dev.fairlead.route.BackendChoice;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Matched;
import dev.fairlead.route.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to do with a request that matched, ready to be done.
 *
 * @param requestNanos 0: no timeout
 * @param backendNanos of one attempt; 0: no timeout
 */
public record CompiledRule(
    String route, CompiledRewrite rewrite, Target target, long requestNanos, long backendNanos) {

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
    }

    record Redirect(CompiledRedirect redirect) implements Target {}

    record Reply(LocalReply reply) implements Target {}
  }

  /**
   * One backend of a split.
   *
   * @param balancer null, as {@code service}, where the reference is invalid
   * @param affinity null where the service has none
   * @param tls null for clear text
   */
  public record Backend(
      Action.Backend source,
      @Nullable ServiceName service,
      @Nullable Balancer balancer,
      @Nullable AffinityKey affinity,
      @Nullable ClientContext tls,
      CompiledEdits requestEdits,
      CompiledEdits responseEdits) {}

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
                      listener.port()));
          case Action.StaticReply reply ->
              new Target.Reply(LocalReply.of(reply.status(), reply.headers(), reply.body()));
        };
    return new CompiledRule(
        matched.route().name(),
        CompiledRewrite.of(rule.rewrite(), matched.match()),
        target,
        nanos(rule.requestTimeout()),
        nanos(rule.backendTimeout()));
  }

  private static Target forward(
      Action.Forward forward, Rule rule, Listener listener, Materials materials) {
    List<Backend> backends = new ArrayList<>();
    for (Action.Backend source : forward.backends()) {
      Optional<Balancer> balancer = source.service().map(materials.balancers());
      backends.add(
          new Backend(
              source,
              source.service().orElse(null),
              balancer.orElse(null),
              source.affinity().map(AffinityKey::new).orElse(null),
              source.service().map(name -> materials.clientTls(name, listener)).orElse(null),
              edits(rule.requestHeaders(), source.requestHeaders()),
              edits(rule.responseHeaders(), source.responseHeaders())));
    }
    return new Target.Forward(forward, List.copyOf(backends));
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
