package dev.fairlead.steering.plan;

/** What a policy wants, and what it will remember. */
public record Decision<S>(Plan plan, S next) {}
