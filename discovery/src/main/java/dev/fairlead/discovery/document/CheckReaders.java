package dev.fairlead.discovery.document;

import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.HealthCheck.Probe;
import dev.fairlead.route.HealthCheck.Statuses;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Readers of how and how often endpoints are asked whether they are well. */
final class CheckReaders {
  /**
   * What a policy says of checks.
   *
   * @param probe without a host where none is written
   * @param port of their own; empty: that of requests
   * @param at where it says so
   */
  record Check(
      Probe probe, OptionalInt port, ActiveCheckPolicy policy, Duration timeout, Value at) {}

  /** What is asked, and where. */
  private record Asked(Probe probe, OptionalInt port) {}

  static final Reader<Optional<Check>> CHECK = Structures.object(CheckReaders::check);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LEAST = Duration.ofMillis(100);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

  /** Results that may get lost in a row before nothing is known any more. */
  private static final int LOST = 4;

  private static final List<Statuses> SUCCESS = List.of(new Statuses(200, 299));

  private static final Pattern STATUSES = Pattern.compile("([2-5][0-9]{2})(?:-([2-5][0-9]{2}))?");

  private static final Reader<String> GRPC_SERVICE =
      Scalars.text(
          text -> text.length() <= 1024 && text.chars().allMatch(c -> c > ' ' && c < 0x7f),
          "a gRPC service's name",
          "write it as package.Service, at most 1024 characters");

  private static final Reader<Statuses> STATUS_RANGE = CheckReaders::statuses;

  private CheckReaders() {}

  private static Optional<Check> check(Fields fields) {
    Optional<Asked> http = fields.optional("http", asked(CheckReaders::http));
    Optional<Asked> grpc = fields.optional("grpc", asked(CheckReaders::grpc));
    Optional<Asked> tcp = fields.optional("tcp", asked(none -> new Probe.Tcp()));
    long written =
        Stream.of("http", "grpc", "tcp").filter(name -> fields.find(name).isPresent()).count();
    if (written != 1) {
      fields
          .value()
          .problem(
              written == 0 ? "asks endpoints nothing" : "asks endpoints in several ways",
              "write one of http, grpc and tcp");
    }
    ActiveCheckPolicy d = ActiveCheckPolicy.DEFAULT;
    Duration interval = fields.optional("interval", Scalars.duration(LEAST, HOUR), d.interval());
    double jitter = fields.optional("jitter", Scalars.percent(0, 50), d.jitter());
    Duration shortest = Duration.ofMillis((long) (interval.toMillis() * (1 - jitter)));
    Duration usual = shortest.compareTo(DEFAULT_TIMEOUT) < 0 ? shortest : DEFAULT_TIMEOUT;
    Duration timeout =
        fields.optional("timeout", Scalars.duration(Duration.ofMillis(1), HOUR), usual);
    if (timeout.compareTo(shortest) > 0) {
      fields
          .find("timeout")
          .ifPresent(
              at ->
                  at.problem(
                      "is longer than the shortest interval, " + shortest.toMillis() + "ms",
                      "write less, so that one check ends before the next begins"));
    }
    Reader<Integer> threshold = Scalars.integer(1, 100);
    ActiveCheckPolicy policy =
        new ActiveCheckPolicy(
            interval,
            jitter,
            fields.optional("healthyThreshold", threshold, d.healthyThreshold()),
            fields.optional("unhealthyThreshold", threshold, d.unhealthyThreshold()),
            interval.multipliedBy(LOST + 1).plus(timeout));
    return http.or(() -> grpc)
        .or(() -> tcp)
        .map(each -> new Check(each.probe(), each.port(), policy, timeout, fields.value()));
  }

  private static Reader<Asked> asked(Function<Fields, Probe> probe) {
    return Structures.object(
        fields -> {
          Optional<Integer> port = fields.optional("port", Names.PORT);
          return new Asked(
              probe.apply(fields), port.map(OptionalInt::of).orElse(OptionalInt.empty()));
        });
  }

  private static Probe http(Fields fields) {
    List<Statuses> good =
        fields.optional("statuses", Structures.list(STATUS_RANGE, 1, 32), SUCCESS);
    return new Probe.Http(
        fields.optional("path", Names.PATH, "/"),
        fields.optional("host", Names.PRECISE_HOST, ""),
        good);
  }

  private static Probe grpc(Fields fields) {
    return new Probe.Grpc(
        fields.optional("service", GRPC_SERVICE, ""),
        fields.optional("host", Names.PRECISE_HOST, ""));
  }

  /** One status, or a range of them. */
  private static Optional<Statuses> statuses(Value value) {
    String text = value.node() instanceof Node.Scalar scalar ? scalar.text() : "";
    Matcher matcher = STATUSES.matcher(text);
    if (!matcher.matches()) {
      value.problem(
          text.isEmpty() ? "is no status" : Quoted.of(text) + " is no status",
          "write one as 204, or a range as 200-299, from 200 to 599");
      return Optional.empty();
    }
    int from = Integer.parseInt(matcher.group(1));
    int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
    if (to < from) {
      value.problem(Quoted.of(text) + " ends before it begins", "write the lower status first");
      return Optional.empty();
    }
    return Optional.of(new Statuses(from, to));
  }
}
