package dev.fairlead.simulator.scenario;

import java.time.Duration;

/**
 * The way from one place to another; one way. Between two clusters that exchange requests there
 * must be one each way. Inside a cluster the default is {@link Way#NONE}.
 */
public record Link(End from, End to, Way way) {
  public Link {
    if (from.equals(to)) {
      throw new IllegalArgumentException("a link from " + from + " to itself");
    }
  }

  /**
   * An end of a link.
   *
   * @param zone empty: all zones of the cluster for which there is no link of their own
   */
  public record End(String cluster, String zone) {
    public End(String cluster) {
      this(cluster, "");
    }

    @Override
    public String toString() {
      return zone.isEmpty() ? cluster : cluster + "/" + zone;
    }
  }

  /** The same way back. */
  public Link reverse() {
    return new Link(to, from, way);
  }

  /**
   * What a way is like.
   *
   * @param delay of each message
   * @param jitter each message's delay is uniform within ± so much; at most the delay
   * @param loss share of messages that are lost. A lost one is sent again after 200 ms, then after
   *     twice as long each time; one that is lost six times in a row breaks the connection
   * @param bytesPerSecond what it carries; messages queue for it one after the other; positive, and
   *     infinite where it is no limit
   */
  public record Way(Duration delay, Duration jitter, double loss, double bytesPerSecond) {
    /** A way that takes no time. */
    public static final Way NONE =
        new Way(Duration.ZERO, Duration.ZERO, 0, Double.POSITIVE_INFINITY);

    public Way {
      Check.notNegative("delay", delay);
      Check.notNegative("jitter", jitter);
      Check.ratio("loss", loss);
      if (jitter.compareTo(delay) > 0) {
        throw new IllegalArgumentException("jitter " + jitter + " is above the delay " + delay);
      }
      if (!(bytesPerSecond > 0)) {
        throw new IllegalArgumentException("bandwidth " + bytesPerSecond + " is not positive");
      }
    }

    public Way(Duration delay) {
      this(delay, Duration.ZERO, 0, Double.POSITIVE_INFINITY);
    }
  }
}
