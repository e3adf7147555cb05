package dev.fairlead.discovery.document;

import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy.Mode;
import dev.fairlead.balancer.pick.LocalityPolicy.Portion;
import dev.fairlead.balancer.pick.LocalityPolicy.Scope;
import dev.fairlead.balancer.pick.Spill;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads how a policy narrows endpoints by where they are. */
final class Localities {
  /**
   * What a policy says of it.
   *
   * @param ownPreference whether the preference is written there, and not the default
   */
  record Said(LocalityPolicy policy, boolean ownPreference) {
    static final Said NOTHING = new Said(LocalityPolicy.DEFAULT, false);
  }

  static final Reader<Said> LOCALITY = Structures.object(Localities::locality);

  private static final Map<String, Mode> MODES =
      Map.of("failover", Mode.FAILOVER, "strict", Mode.STRICT, "weighted", Mode.WEIGHTED);

  private static final Map<String, Scope> SCOPES = new TreeMap<>();

  static {
    for (Scope scope : Scope.values()) {
      SCOPES.put(scope.name(), scope);
    }
  }

  private static final Reader<List<Scope>> PREFERENCE =
      value ->
          Structures.list(Scalars.oneOf(SCOPES), 0, Scope.values().length)
              .read(value)
              .map(
                  scopes -> {
                    Set<Scope> seen = EnumSet.noneOf(Scope.class);
                    for (Scope scope : scopes) {
                      if (!seen.add(scope)) {
                        value.problem("names " + Quoted.of(scope.name()) + " twice", "keep one");
                      }
                    }
                    return scopes;
                  });

  /** Gateway API's bound of weights, as everywhere. */
  private static final Reader<Double> WEIGHT = Scalars.number(0, 1_000_000);

  private static final Reader<Located<Portion>> PORTION =
      value -> Structures.object(Localities::portion).read(value).flatMap(Function.identity());

  private static final Reader<List<Located<Portion>>> DISTRIBUTE =
      Structures.list(PORTION, 1, 1000);

  private Localities() {}

  /** Empty where its place is missing or wrong. */
  private static Optional<Located<Portion>> portion(Fields fields) {
    double weight = fields.required("weight", WEIGHT, 1.0);
    Reader<Optional<LocalityPattern>> place = value -> Optional.of(Places.LOCALITIES.read(value));
    return fields
        .required("locality", place, Optional.empty())
        .map(where -> new Located<>(new Portion(where, weight), fields.value()));
  }

  private static Said locality(Fields fields) {
    Optional<Mode> mode =
        fields.find("mode").isPresent()
            ? fields.optional("mode", Scalars.oneOf(MODES))
            : Optional.of(LocalityPolicy.DEFAULT.mode());
    Optional<List<Scope>> preference = fields.optional("preference", PREFERENCE);
    List<Portion> distribution = distribution(fields, mode);
    Spill spill =
        fields.optional("spill", Structures.object(each -> spill(each, mode)), Spill.DEFAULT);
    // What was wrong is reported; the mode alone would not make a policy then.
    Mode sound =
        mode.filter(m -> m != Mode.WEIGHTED || !distribution.isEmpty()).orElse(Mode.STRICT);
    return new Said(
        new LocalityPolicy(
            sound, preference.orElse(LocalityPolicy.DEFAULT.preference()), distribution, spill),
        preference.isPresent());
  }

  /** Empty where the mode has none, or where it is wrong. */
  private static List<Portion> distribution(Fields fields, Optional<Mode> mode) {
    Optional<Value> field = fields.find("distribute");
    List<Located<Portion>> portions = fields.optional("distribute", DISTRIBUTE, List.of());
    boolean weighted = mode.filter(Mode.WEIGHTED::equals).isPresent();
    if (!weighted) {
      if (mode.isPresent()) {
        field.ifPresent(
            at -> at.problem("means nothing to mode " + id(mode.get()), "only weighted has it"));
      }
      return List.of();
    }
    if (field.isEmpty()) {
      fields
          .find("mode")
          .orElse(fields.value())
          .problem(
              "weighted has no weights",
              "add distribute: [{locality: us-east, weight: 80}, {locality: \"*\", weight: 20}]");
      return List.of();
    }
    Set<Object> seen = new HashSet<>();
    for (Located<Portion> portion : portions) {
      if (!seen.add(portion.read().where())) {
        portion
            .at()
            .problem(portion.read().where() + " is there already", "the first that matches counts");
      }
    }
    List<Portion> read = portions.stream().map(Located::read).toList();
    if (!read.isEmpty() && read.stream().allMatch(portion -> portion.weight() == 0)) {
      field.get().problem("all weights are 0", "give one a weight above 0");
      return List.of();
    }
    return read;
  }

  private static Spill spill(Fields fields, Optional<Mode> mode) {
    Spill d = Spill.DEFAULT;
    int overprovisioning =
        fields.optional(
            "overprovisioning", Scalars.wholePercent(100, 100_000), d.overprovisioning());
    int panicThreshold =
        fields.optional("panicThreshold", Scalars.wholePercent(0, 100), d.panicThreshold());
    boolean byLoad = fields.optional("byLoad", Scalars.BOOLEAN, d.byLoad());
    if (byLoad && mode.filter(m -> m != Mode.FAILOVER).isPresent()) {
      fields
          .find("byLoad")
          .ifPresent(
              at ->
                  at.problem(
                      "means nothing to mode " + id(mode.get()), "only failover goes elsewhere"));
    }
    return new Spill(overprovisioning, panicThreshold, byLoad);
  }

  private static String id(Mode mode) {
    return switch (mode) {
      case FAILOVER -> "failover";
      case STRICT -> "strict";
      case WEIGHTED -> "weighted";
    };
  }
}
