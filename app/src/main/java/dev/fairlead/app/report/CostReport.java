package dev.fairlead.app.report;

import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.state.Sources;
import dev.fairlead.app.state.TrafficLedger;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code /report}: for each service what went between which places, what that costs a month by the
 * price sheets, and what its plan would make of it. What is not known is null, and said in the
 * notes.
 *
 * @param from the cluster that all of the traffic is from: this process's
 * @param notes on all of it
 */
public record CostReport(
    String from,
    String fromLocality,
    double askedSeconds,
    List<Service> services,
    List<String> notes) {

  /**
   * One service.
   *
   * @param seconds of traffic that it rests on
   * @param dollarsPerMonth null where nobody counts bytes
   * @param mode null where nothing steers it
   * @param plan null where there is none
   * @param notes what is not known, and what to beware of
   */
  public record Service(
      String name,
      @Nullable String mode,
      double seconds,
      double requests,
      double rps,
      @Nullable Double dollarsPerMonth,
      @Nullable Double meanMillis,
      List<Pair> pairs,
      @Nullable Planned plan,
      List<String> notes) {}

  /**
   * Traffic between two places.
   *
   * @param bytesSent null where nobody counts bytes, as all of money
   * @param dollars it cost in the window, at the prices of then
   * @param dollarsPerMonth a month at the window's rate, at the prices of now
   * @param priced whether a price sheet has prices for it; else it counts as free
   */
  public record Pair(
      String from,
      String to,
      String toLocality,
      double requests,
      double failed,
      @Nullable Double bytesSent,
      @Nullable Double bytesReceived,
      @Nullable Double dollars,
      @Nullable Double dollarsPerMonth,
      boolean priced,
      @Nullable Double meanMillis) {}

  /**
   * What the policy wants, and what it would change.
   *
   * @param version of the plan in force or published
   * @param observed shares as traffic went; none where there was no traffic
   * @param savesPerMonth negative where it costs more
   * @param meanMillis null where a destination was too little used to say
   * @param why the policy's reason for each share
   */
  public record Planned(
      long version,
      Map<String, Double> observed,
      Map<String, Double> shares,
      @Nullable Double dollarsPerMonth,
      @Nullable Double savesPerMonth,
      @Nullable Double meanMillis,
      Map<String, String> why) {}

  /** The report on one service, or on all. */
  public static CostReport of(Sources sources, Optional<ServiceName> one, Duration since) {
    TreeSet<ServiceName> names =
        new TreeSet<>(sources.inForce().get().configuration().services().keySet());
    names.addAll(sources.steering().get().keySet());
    one.ifPresent(name -> names.retainAll(List.of(name)));
    List<Service> services = new ArrayList<>();
    for (ServiceName name : names) {
      services.add(service(sources, name, new Reckoning(sources, name, since)));
    }
    var caller = sources.inForce().get().configuration().caller();
    List<String> notes = new ArrayList<>();
    if (hasNoPrice(sources) && services.stream().anyMatch(CostReport::hasKnownBytes)) {
      notes.add("no PriceSheet gives any price: all traffic counts as free");
    }
    sources.inForce().get().configuration().prices().sheets().stream()
        .filter(sheet -> sheet.example())
        .forEach(
            sheet ->
                notes.add("PriceSheet " + sheet.name() + " is an example, of " + sheet.date()));
    return new CostReport(
        caller.cluster(), caller.locality().toString(), since.toSeconds(), services, notes);
  }

  private static boolean hasNoPrice(Sources sources) {
    return sources.inForce().get().configuration().prices().prices().isEmpty();
  }

  /** Without its bytes nothing of a service counts at all, free or not. */
  private static boolean hasKnownBytes(Service service) {
    return service.requests() > 0 && service.dollarsPerMonth() != null;
  }

  private static Service service(Sources sources, ServiceName name, Reckoning reckoning) {
    PlanView view = sources.plans().get().get(name);
    List<Pair> pairs = new ArrayList<>();
    String from = sources.inForce().get().configuration().caller().cluster();
    reckoning
        .window()
        .byDestination()
        .forEach(
            (to, sum) -> {
              if (sum.requests() > 0 || sum.bytesSent() + sum.bytesReceived() > 0) {
                pairs.add(pair(reckoning, from, to, sum));
              }
            });
    return new Service(
        name.toString(),
        view == null ? null : view.mode().name().toLowerCase(Locale.ROOT),
        reckoning.window().seconds(),
        reckoning.all().requests(),
        reckoning.rps(),
        reckoning.hasBytes() ? reckoning.monthly() : null,
        reckoning.millis().orElse(null),
        pairs,
        view == null ? null : planned(view, reckoning),
        notes(sources, name, view, reckoning));
  }

  private static Pair pair(Reckoning reckoning, String from, String to, TrafficLedger.Sum sum) {
    boolean known = reckoning.hasBytes();
    return new Pair(
        from,
        to,
        reckoning.localityOf(to).toString(),
        sum.requests(),
        sum.failed(),
        known ? sum.bytesSent() : null,
        known ? sum.bytesReceived() : null,
        known ? sum.dollars() : null,
        known ? reckoning.monthly(sum, to) : null,
        reckoning.isPriced(to),
        Reckoning.millis(sum).orElse(null));
  }

  private static Planned planned(PlanView view, Reckoning reckoning) {
    Map<String, Double> observed = new LinkedHashMap<>();
    Map<String, Double> shares = new LinkedHashMap<>();
    Map<String, String> why = new LinkedHashMap<>();
    boolean known = reckoning.all().requests() > 0;
    for (Plan.Share share : view.wanted().shares()) {
      if (known) {
        observed.put(share.destination(), reckoning.observed(share.destination()));
      }
      shares.put(share.destination(), share.share());
      why.put(share.destination(), share.reason());
    }
    boolean priced = known && reckoning.hasBytes();
    double planned = reckoning.monthly(shares);
    return new Planned(
        view.version(),
        observed,
        shares,
        priced ? planned : null,
        priced ? reckoning.monthly() - planned : null,
        reckoning.millis(view.wanted()).orElse(null),
        why);
  }

  private static List<String> notes(
      Sources sources, ServiceName name, @Nullable PlanView view, Reckoning reckoning) {
    List<String> notes = new ArrayList<>();
    if (reckoning.hasFew()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "only %.0f requests were seen: too few to say what a month would be",
              reckoning.all().requests()));
    } else {
      notes.add(
          String.format(
              Locale.ROOT,
              "a month as %.0f s of it were: other hours of the day are not in it",
              reckoning.window().seconds()));
    }
    if (!reckoning.hasBytes()) {
      notes.add("nobody counts its bytes: what they cost is not known");
    } else if (!hasNoPrice(sources)) {
      reckoning.window().byDestination().keySet().stream()
          .filter(reckoning::isElsewhere)
          .filter(to -> !reckoning.isPriced(to))
          .forEach(to -> notes.add("no price between here and " + to + ": it counts as free"));
    }
    if (view == null) {
      notes.add(
          sources.steering().get().containsKey(name)
              ? "no plan yet"
              : "not steered: a TrafficObjective in mode observe would plan it");
      return notes;
    }
    if (sources.others().get().containsKey(name)) {
      notes.add("others carry its traffic: requests and bytes are by the rates that they tell of");
    }
    if (!Reckoning.hasTerms(view)) {
      notes.add("its policy does not reckon with load: latencies are as they are now");
    }
    if (reckoning.millis(view.wanted()).isEmpty()) {
      notes.add(
          "the plan's latency is not known: a destination with a share has answered fewer than "
              + Reckoning.FEW
              + " requests");
    }
    view.insight()
        .quarantined()
        .forEach((cluster, why) -> notes.add(cluster + " is not heard: " + why));
    view.insight()
        .seen()
        .ifPresent(
            seen ->
                seen.destinations().stream()
                    .filter(each -> each.ageNanos() > STALE_NANOS)
                    .forEach(each -> notes.add("what is known of " + each.name() + " is old")));
    return notes;
  }

  /** Older numbers are named as old: some periods without one. */
  private static final long STALE_NANOS = 30_000_000_000L;
}
