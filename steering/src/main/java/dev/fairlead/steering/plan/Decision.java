package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.TrafficKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a policy wants for each source place and class that it was shown, and what it will remember.
 */
public record Decision<S>(Map<TrafficKey, Wanted> wanted, S next) {
  public Decision {
    wanted = Collections.unmodifiableMap(new LinkedHashMap<>(wanted));
  }
}
