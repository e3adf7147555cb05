package dev.fairlead.kubernetes.enforce;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.kubernetes.ObjectName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An object that opted in, with the traffic it splits.
 *
 * @param service what clients call: the split's {@code spec.service}; of a route its parent
 *     Service, else the route's own name
 * @param weights by backend, in the order of the object, as they stand there now; a backend is a
 *     plan's destination: the name of a Service in the object's namespace, else {@code
 *     namespace/name}
 * @param whole whether one choice splits all of the traffic, so that the weights are its parts
 * @param generated whether it is a route that we made, and not somebody's own
 */
public record LedSplit(
    ObjectName target,
    ServiceName service,
    Map<String, Double> weights,
    boolean whole,
    boolean generated) {
  public LedSplit {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
  }
}
