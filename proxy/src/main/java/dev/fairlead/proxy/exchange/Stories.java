package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.pick.Explanation;
import dev.fairlead.balancer.pick.Explanation.Considered;
import dev.fairlead.balancer.pick.Explanation.Verdict;
import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.observe.ExchangeStory;
import dev.fairlead.proxy.observe.ExchangeStory.Kept;
import dev.fairlead.proxy.observe.ExchangeStory.Share;
import dev.fairlead.proxy.observe.Field;
import dev.fairlead.proxy.observe.Tap;
import dev.fairlead.proxy.observe.Watch;
import dev.fairlead.proxy.rules.CompiledRule;
import dev.fairlead.proxy.rules.CompiledRule.Target;
import dev.fairlead.route.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Tells exchanges that have ended to those who look, and to what is remembered. */
final class Stories {
  /** Endpoints in an explanation that is remembered; the least telling ones are left out. */
  private static final int MAX_ENDPOINTS = 32;

  /** A text is cut after so many characters: a story stays small whatever a client sends. */
  private static final int MAX_TEXT = 1024;

  private static final int FIRST_SERVER_ERROR = 500;

  private Stories() {}

  static void ended(Loop loop, ExchangeLog log) {
    Watch watch = loop.watch;
    if (watch.tapped()) {
      watch.forEachTap(tap -> tell(tap, loop, log));
    }
    if (!log.parsed) {
      return;
    }
    boolean failed = log.status >= FIRST_SERVER_ERROR || !log.flags.isEmpty();
    if ((failed || Watch.slow(log.totalNanos)) && watch.mayKeep(log.begun + log.totalNanos)) {
      watch.keep(story(failed ? Kept.FAILED : Kept.SLOW, loop, log, null));
    } else if (log.explained) {
      watch.keep(story(Kept.SAMPLED, loop, log, null));
    }
  }

  private static void tell(Tap tap, Loop loop, ExchangeLog log) {
    if (tap.wants(log)) {
      tap.take(story(Kept.TAPPED, loop, log, tap));
    }
  }

  /**
   * @param tap whom headers are for; null: they are left out
   */
  private static ExchangeStory story(Kept kept, Loop loop, ExchangeLog log, @Nullable Tap tap) {
    @Nullable Tap reader = tap != null && tap.wantsFields() ? tap : null;
    return new ExchangeStory(
        kept,
        loop.wallMillis(),
        log.requestId(),
        log.traceId(),
        log.listener,
        log.route,
        log.rule == null ? List.of() : conditions(log.rule.match()),
        log.rule == null ? List.of() : shares(log.rule),
        Optional.ofNullable(log.service),
        Optional.ofNullable(log.endpoint),
        log.clientAddress,
        log.peer,
        log.protocol(),
        cut(log.method()),
        cut(log.target()),
        log.host(),
        log.status,
        log.grpcStatus(),
        log.trafficClass,
        log.flags,
        log.detail,
        log.requestBytes,
        log.responseBytes,
        log.connectNanos,
        log.firstByteNanos,
        log.totalNanos,
        log.grpc.limitNanos(),
        log.attempts,
        log.history,
        log.picks,
        reader != null && log.parsed ? hidden(fields(log.request), reader::hides) : List.of(),
        reader != null ? hidden(log.answerFields, reader::hides) : List.of());
  }

  static List<Field> fields(Head head) {
    List<Field> fields = new ArrayList<>(head.headerCount());
    for (int i = 0; i < head.headerCount(); i++) {
      boolean secret = KnownHeader.secret(head.known(i));
      fields.add(new Field(head.name(i), secret ? Field.HIDDEN : cut(head.value(i))));
    }
    return fields;
  }

  private static List<Field> hidden(List<Field> fields, Predicate<String> hides) {
    return fields.stream()
        .map(
            field ->
                hides.test(field.name().toLowerCase(Locale.ROOT))
                    ? new Field(field.name(), Field.HIDDEN)
                    : field)
        .toList();
  }

  /** The same with as many endpoints as are worth remembering. */
  static Explanation shortened(Explanation whole) {
    if (whole.endpoints().size() <= MAX_ENDPOINTS) {
      return whole;
    }
    List<Considered> some = new ArrayList<>(MAX_ENDPOINTS);
    whole.endpoints().stream().filter(Stories::telling).limit(MAX_ENDPOINTS).forEach(some::add);
    whole.endpoints().stream()
        .filter(each -> !telling(each))
        .limit(MAX_ENDPOINTS - some.size())
        .forEach(some::add);
    return new Explanation(
        whole.service(),
        whole.nanos(),
        whole.chosen(),
        whole.refusal(),
        whole.pool(),
        whole.poolShare(),
        whole.panic(),
        whole.leniency(),
        whole.rule(),
        whole.runnerUp(),
        some);
  }

  private static boolean telling(Considered each) {
    return each.verdict() == Verdict.CHOSEN || each.verdict() == Verdict.COMPARED;
  }

  private static List<Share> shares(CompiledRule rule) {
    return rule.target() instanceof Target.Forward forward
        ? forward.backends().stream()
            .map(each -> new Share(Optional.ofNullable(each.service()), each.source().weight()))
            .toList()
        : List.of();
  }

  private static List<String> conditions(Match match) {
    List<String> all = new ArrayList<>();
    Match.PathMatch path = match.path();
    all.add("path " + path.kind().name().toLowerCase(Locale.ROOT) + " " + path.value());
    match.method().ifPresent(method -> all.add("method " + method));
    match.headers().forEach(each -> all.add("header " + condition(each)));
    match.query().forEach(each -> all.add("query " + condition(each)));
    return all;
  }

  private static String condition(Match.ValueMatch each) {
    return each.name() + (each.expression() ? " matches " : " is ") + each.value();
  }

  private static String cut(String text) {
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
  }
}
