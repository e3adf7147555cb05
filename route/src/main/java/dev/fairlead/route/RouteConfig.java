package dev.fairlead.route;

import java.util.List;

/** All listeners with their routes. One request sees one configuration, from head to end. */
public record RouteConfig(List<Listener> listeners) {
  public static final RouteConfig EMPTY = new RouteConfig(List.of());

  public RouteConfig {
    listeners = List.copyOf(listeners);
  }
}
