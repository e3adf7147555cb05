package dev.fairlead.route;

/**
 * One match of one rule of one route, in a table.
 *
 * @param index its place in {@link RouteTable#all()}, for what others compile beside it
 */
public record Matched(Route route, Rule rule, Match match, int index) {}
