package dev.fairlead.app.keep;

import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.PlanVersion;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.state.Json;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Orders as JSON. A freeze has the plan that was in force with it: another process has none to keep
 * to.
 *
 * @param format of this text; another is not read
 * @param all the order that all services be frozen; null: none
 */
record KeptOrders(int format, @Nullable Said all, List<OfService> services) {
  KeptOrders {
    present(services, "services");
    services.forEach(each -> present(each, "a service"));
  }

  static final int FORMAT = 1;

  /** More is no plan that rounding has touched. */
  private static final double SHARES_TOLERANCE = 1e-6;

  private static final JsonMapper STRICT =
      Json.MAPPER
          .rebuild()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Who, when and why. */
  record Said(String by, long atMillis, String why) {
    Said {
      present(by, "by");
      present(why, "why");
    }
  }

  record OfService(
      String namespace,
      String name,
      @Nullable ModeOrder mode,
      @Nullable Freeze freeze,
      @Nullable Applied applied) {
    OfService {
      present(namespace, "namespace");
      present(name, "name");
    }

    Overrides.OfService orders(@Nullable Said all, ServiceName service) {
      return new Overrides.OfService(
          Optional.ofNullable(mode)
              .map(each -> new Overrides.ModeOrder(mode(each.mode()), given(each.order()))),
          Optional.ofNullable(freeze).map(each -> each.freeze(all, service)),
          Optional.ofNullable(applied)
              .map(
                  each ->
                      new Overrides.Applied(each.plan().version(service), given(each.order()))));
    }

    private static Mode mode(String word) {
      for (Mode mode : Mode.values()) {
        if (word(mode).equals(word)) {
          return mode;
        }
      }
      throw new IllegalArgumentException(
          "mode: '" + word + "' is none of observe, advise and drive");
    }
  }

  record ModeOrder(String mode, Said order) {
    ModeOrder {
      present(mode, "mode");
      present(order, "order");
    }
  }

  /**
   * @param order null: as all services are
   * @param plan null where none was in force
   */
  record Freeze(@Nullable Said order, @Nullable KeptPlan plan) {
    Overrides.Freeze freeze(@Nullable Said all, ServiceName service) {
      Said by = order != null ? order : all;
      if (by == null) {
        throw new IllegalArgumentException("freeze: who ordered it is missing");
      }
      return new Overrides.Freeze(
          given(by), Optional.ofNullable(plan).map(each -> each.version(service)));
    }
  }

  record Applied(Said order, KeptPlan plan) {
    Applied {
      present(order, "order");
      present(plan, "plan");
    }
  }

  /**
   * @param classes those that are planned on their own
   */
  record KeptPlan(
      long version,
      long atMillis,
      String why,
      String from,
      List<Share> shares,
      Map<Integer, List<Share>> classes) {
    KeptPlan {
      present(why, "why");
      present(from, "from");
      check(shares);
      present(classes, "classes").values().forEach(KeptPlan::check);
    }

    private static void check(List<Share> shares) {
      present(shares, "shares").forEach(each -> present(each, "a share"));
    }

    PlanVersion version(ServiceName service) {
      SortedMap<Integer, Plan> byClass = new TreeMap<>();
      classes.forEach(
          (trafficClass, own) ->
              byClass.put(trafficClass, plan(new TrafficKey(service, from, trafficClass), own)));
      return new PlanVersion(
          version,
          atMillis,
          why,
          plan(new TrafficKey(service, from, TrafficKey.ANY_CLASS), shares),
          byClass);
    }

    private static Plan plan(TrafficKey key, List<Share> shares) {
      double sum = 0;
      List<Plan.Share> all = new ArrayList<>();
      for (Share each : shares) {
        if (!(each.share() >= 0 && each.share() <= 1)) {
          throw new IllegalArgumentException(
              "the share of " + each.destination() + " is " + each.share() + ", not in 0…1");
        }
        sum += each.share();
        all.add(new Plan.Share(each.destination(), each.share(), Double.NaN, each.reason()));
      }
      if (!all.isEmpty() && Math.abs(sum - 1) > SHARES_TOLERANCE) {
        throw new IllegalArgumentException("the shares of a plan sum to " + sum + ", not to 1");
      }
      return new Plan(key, all);
    }
  }

  record Share(String destination, double share, String reason) {
    Share {
      present(destination, "destination");
      present(reason, "reason");
    }
  }

  /** JSON has nulls where Java's types have none. */
  private static <T> T present(@Nullable T value, String field) {
    if (value == null) {
      throw new IllegalArgumentException(field + ": null is not allowed");
    }
    return value;
  }

  /** What is ordered, with the plans in force. */
  static KeptOrders of(Overrides.Board board, Map<ServiceName, PlanView> plans) {
    TreeSet<ServiceName> names = new TreeSet<>(board.services().keySet());
    if (board.all().isPresent()) {
      names.addAll(plans.keySet());
    }
    List<OfService> services = new ArrayList<>();
    for (ServiceName name : names) {
      Overrides.OfService own = board.of(name);
      services.add(
          new OfService(
              name.namespace(),
              name.name(),
              own.mode()
                  .map(each -> new ModeOrder(word(each.mode()), said(each.order())))
                  .orElse(null),
              board
                  .freezeOf(name)
                  .map(
                      each ->
                          new Freeze(
                              own.freeze().map(freeze -> said(freeze.order())).orElse(null),
                              each.plan()
                                  .or(() -> inForce(plans.get(name)))
                                  .map(KeptOrders::plan)
                                  .orElse(null)))
                  .orElse(null),
              own.applied()
                  .map(each -> new Applied(said(each.order()), plan(each.plan())))
                  .orElse(null)));
    }
    return new KeptOrders(
        FORMAT, board.all().map(each -> said(each.order())).orElse(null), services);
  }

  private static Optional<PlanVersion> inForce(@Nullable PlanView view) {
    return view == null || view.history().isEmpty()
        ? Optional.empty()
        : Optional.of(view.history().getLast());
  }

  private static String word(Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  private static Said said(Overrides.Order order) {
    return new Said(order.by(), order.atMillis(), order.why());
  }

  private static Overrides.Order given(Said said) {
    return new Overrides.Order(said.by(), said.atMillis(), said.why());
  }

  private static KeptPlan plan(PlanVersion version) {
    Map<Integer, List<Share>> classes = new LinkedHashMap<>();
    version.byClass().forEach((trafficClass, plan) -> classes.put(trafficClass, shares(plan)));
    return new KeptPlan(
        version.version(),
        version.atMillis(),
        version.why(),
        version.plan().key().sourceCluster(),
        shares(version.plan()),
        classes);
  }

  private static List<Share> shares(Plan plan) {
    return plan.shares().stream()
        .map(each -> new Share(each.destination(), each.share(), each.reason()))
        .toList();
  }

  String text() {
    return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
  }

  /**
   * The orders of a text.
   *
   * @throws IllegalArgumentException that says what is wrong, and where
   */
  static Overrides.Board board(String text) {
    try {
      int format = STRICT.readTree(text).path("format").asInt(0);
      if (format != FORMAT) {
        throw new IllegalArgumentException(
            "format: " + format + " is not " + FORMAT + ", which this version of Fairlead reads");
      }
      return STRICT.readValue(text, KeptOrders.class).board();
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ": "
              + e.getOriginalMessage(),
          e);
    }
  }

  private Overrides.Board board() {
    Map<ServiceName, Overrides.OfService> board = new HashMap<>();
    for (OfService each : services) {
      ServiceName name = new ServiceName(each.namespace(), each.name());
      try {
        Overrides.OfService own = each.orders(all, name);
        if (board.putIfAbsent(name, own) != null) {
          throw new IllegalArgumentException("it is there twice");
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("service " + name + ": " + e.getMessage(), e);
      }
    }
    return new Overrides.Board(
        1,
        board,
        Optional.ofNullable(all).map(said -> new Overrides.Freeze(given(said), Optional.empty())));
  }
}
