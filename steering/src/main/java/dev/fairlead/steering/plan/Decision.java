package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.TrafficKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a policy wants for each source place and class that it was shown, and what it will remember.
 *
 * @param solution empty where nothing was optimised
 */
public record Decision<S>(Map<TrafficKey, Wanted> wanted, S next, Optional<Solution> solution) {
  public Decision {
    wanted = Collections.unmodifiableMap(new LinkedHashMap<>(wanted));
  }

  /** One that no solver found. */
  public Decision(Map<TrafficKey, Wanted> wanted, S next) {
    this(wanted, next, Optional.empty());
  }
}
