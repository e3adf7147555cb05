package dev.fairlead.simulator.scenario;

import java.util.OptionalLong;

/** When requests arrive. */
public sealed interface Arrivals {
  /** Independent of each other and of the answers. */
  record Poisson(Rate rate) implements Arrivals {}

  /** At equal distances, as a load generator sends them. */
  record Uniform(Rate rate) implements Arrivals {}

  /**
   * Users, each of whom thinks, sends, waits for the answer, and thinks again. An exponential law
   * is the textbook's; a Pareto law makes heavy-tailed users; a fixed 0 is a closed loop with so
   * many requests in flight.
   *
   * @param users 1…1 000 000, over all clusters of a {@link Traffic.Spread}
   * @param think time, nanoseconds
   * @param requests after so many of all users together no more is sent
   */
  record Users(int users, Law think, OptionalLong requests) implements Arrivals {
    public Users {
      Check.range("users", users, 1, 1_000_000);
      requests.ifPresent(each -> Check.range("requests", each, 1, Long.MAX_VALUE));
    }
  }

  /**
   * As recorded. What a request's record does not say, the traffic and the service say.
   *
   * @param repeat begins again when it ends
   */
  record Replay(Trace trace, boolean repeat) implements Arrivals {}

  /** How many requests there are. */
  sealed interface Rate {}

  /**
   * @param perSecond positive
   */
  record PerSecond(double perSecond) implements Rate {
    public PerSecond {
      Check.positive("rate", perSecond);
    }
  }

  /**
   * A multiple of what all pods of the service can serve at the start: Σ workers ÷ mean service
   * time, calls apart. With machines, that of the allocated cores.
   *
   * @param factor positive
   */
  record Load(double factor) implements Rate {
    public static final Load LOW = new Load(0.3);
    public static final Load BENCHMARK = new Load(0.6);
    public static final Load FULL = new Load(1);
    public static final Load DESTRUCTIVE = new Load(1.5);

    public Load {
      Check.positive("load", factor);
    }
  }
}
