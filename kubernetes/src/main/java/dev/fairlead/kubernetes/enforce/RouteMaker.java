package dev.fairlead.kubernetes.enforce;

import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.lead.Leadership;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Has generated routes be there, and go. Only what carries our recipe and our label is changed or
 * removed; where anything else splits the service's traffic, nothing is made.
 */
final class RouteMaker {
  private final Routes routes;
  private final OptIn optIn;
  private final Leadership leadership;

  RouteMaker(Routes routes, OptIn optIn, Leadership leadership) {
    this.routes = routes;
    this.optIn = optIn;
    this.leadership = leadership;
  }

  static ObjectName name(GeneratedRoute route) {
    return new ObjectName(route.kind(), route.service().namespace(), route.service().name());
  }

  boolean isOurs(Split split) {
    return split.isGenerated() && optIn.holds(split.labels());
  }

  /** What would be made. */
  Split draft(GeneratedRoute route) {
    return routes.draft(route, optIn);
  }

  /** Whether nothing is to be made or changed. */
  static boolean isMade(Split there, GeneratedRoute route) {
    return !there.isGenerated() || there.recipe().equals(RouteJson.recipe(route));
  }

  /**
   * Whether somebody else splits the service's traffic, so that no route of ours may.
   *
   * @param there what has the route's name; empty too where that splits nothing
   */
  boolean hasRival(GeneratedRoute route, Optional<Split> there) {
    boolean another = there.filter(split -> !optIn.holds(split.labels())).isPresent();
    return another
        || routes.beside(route).stream()
            .anyMatch(each -> there.isEmpty() || !each.equals(name(route)));
  }

  /** The route as it stands, after it was made or remade where that was to do. */
  Split make(GeneratedRoute route, Optional<Split> there, long term) {
    if (there.isPresent() && isMade(there.get(), route)) {
      return there.get();
    }
    checkTerm(term);
    return there.isPresent() ? routes.remake(there.get(), route) : routes.make(route, optIn);
  }

  void remove(Split split, long term) {
    checkTerm(term);
    routes.remove(split);
  }

  boolean isAskedFor(Split split) {
    return routes.isAskedFor(split);
  }

  /** The requests before may have taken so long that another leads by now. */
  private void checkTerm(long term) {
    if (!leadership.term().equals(OptionalLong.of(term))) {
      throw new ObjectFault(ObjectFault.Kind.CONFLICT, "the term is over");
    }
  }
}
