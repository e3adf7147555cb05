/**
 * The client-side balancer: chooses an endpoint for each request of a service and learns from how
 * the request ended. It needs the JDK's {@code java.base} and nothing else at run time.
 *
 * <p>The packages are the stations of the fast loop, {@link dev.fairlead.balancer.endpoint
 * endpoint}, {@link dev.fairlead.balancer.pick pick}, {@link dev.fairlead.balancer.outcome
 * outcome}, {@link dev.fairlead.balancer.report report} and {@link dev.fairlead.balancer.weight
 * weight}, and what these stand on: {@link dev.fairlead.balancer.hash hash}, {@link
 * dev.fairlead.balancer.locality locality}, {@link dev.fairlead.balancer.health health} and {@link
 * dev.fairlead.balancer.probe probe}.
 */
module dev.fairlead.balancer {
  // Annotations only, which nothing asks for at run time. Not transitive, or whoever requires this
  // module would need them to compile.
  requires static org.jspecify;

  exports dev.fairlead.balancer;
  exports dev.fairlead.balancer.endpoint;
  exports dev.fairlead.balancer.hash;
  exports dev.fairlead.balancer.health;
  exports dev.fairlead.balancer.locality;
  exports dev.fairlead.balancer.outcome;
  exports dev.fairlead.balancer.pick;
  exports dev.fairlead.balancer.probe;
  exports dev.fairlead.balancer.report;
  exports dev.fairlead.balancer.weight;
}
