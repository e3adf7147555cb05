package dev.fairlead.kubernetes.enforce;

import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.kubernetes.ObjectName;
import java.util.List;

/**
 * The mesh's routes of an API server, each read fresh. All throw {@link ObjectFault}. A write of
 * what somebody else wrote since it was read is a conflict and changes nothing.
 */
interface Routes {
  /** Those that generated routes with this label are, in all namespaces. */
  List<Split> generated(OptIn optIn);

  /**
   * What splits the service's traffic already, in its namespace, its routes and TrafficSplits, and
   * what has the route's name.
   */
  List<ObjectName> beside(GeneratedRoute route);

  /** The route as it would be: of no version, for nobody has made it. */
  Split draft(GeneratedRoute route, OptIn optIn);

  /** Makes it, owned by its objective; a conflict where one of its name is there. */
  Split make(GeneratedRoute route, OptIn optIn);

  /** Has it split among the backends of {@code route}, by the weights there. */
  Split remake(Split read, GeneratedRoute route);

  void remove(Split read);

  /** Whether the objective that owns a generated route is there and still asks for one. */
  boolean isAskedFor(Split generated);
}
