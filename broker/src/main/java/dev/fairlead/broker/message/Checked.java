package dev.fairlead.broker.message;

import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The bounds at work: what breaks one is a {@link MalformedMessageException}. */
final class Checked {
  private Checked() {}

  static void atMost(String what, int count, int most) {
    if (count > most) {
      throw new MalformedMessageException(
          count + " " + what + ", where at most " + most + " may be");
    }
  }

  static void number(String what, long number) {
    if (number < 0 || number > Limits.HIGHEST_NUMBER) {
      throw new MalformedMessageException(what + " " + number + " is not in [0, 2^53]");
    }
  }

  static void name(String what, String name) {
    if (name.isEmpty()) {
      throw new MalformedMessageException(what + " without a name");
    }
    nameOrEmpty(what, name);
  }

  static void nameOrEmpty(String what, String name) {
    // No character needs less than a byte, and none that counts as one more than three.
    if (name.length() > Limits.NAME_BYTES / 3
        && name.getBytes(StandardCharsets.UTF_8).length > Limits.NAME_BYTES) {
      throw new MalformedMessageException(
          "the name of " + what + " is longer than " + Limits.NAME_BYTES + " bytes");
    }
  }

  static void key(TrafficKey key) {
    name("service", key.service().namespace());
    name("service", key.service().name());
    name("source cluster", key.sourceCluster());
    if (key.trafficClass() < TrafficKey.ANY_CLASS || key.trafficClass() >= Limits.CLASSES) {
      throw new MalformedMessageException("class " + key.trafficClass());
    }
  }

  static void way(Way way) {
    name("cluster", way.from());
    name("cluster", way.to());
  }

  static void destinations(Collection<String> names) {
    atMost("destinations", names.size(), Limits.DESTINATIONS);
    for (String name : names) {
      name("destination", name);
    }
  }

  /** Returns how many rows they have. */
  static int observations(List<Observation> observations, int most) {
    atMost("observations", observations.size(), most);
    int rows = 0;
    for (Observation observation : observations) {
      key(observation.key());
      List<Observation.Destination> destinations = observation.destinations();
      atMost("destinations", destinations.size(), Limits.DESTINATIONS);
      for (Observation.Destination destination : destinations) {
        name("destination", destination.name());
      }
      rows += destinations.size();
    }
    atMost("rows", rows, Limits.ROWS);
    return rows;
  }

  /** The plan with no reason too long. */
  static Plan plan(Plan plan) {
    key(plan.key());
    atMost("destinations", plan.shares().size(), Limits.DESTINATIONS);
    List<Plan.Share> shares = new ArrayList<>();
    for (Plan.Share share : plan.shares()) {
      name("destination", share.destination());
      shares.add(
          new Plan.Share(share.destination(), share.share(), share.weight(), cut(share.reason())));
    }
    return new Plan(plan.key(), shares, plan.shed(), List.of());
  }

  /** The text, or as much of its beginning as a reason may have. */
  static String cut(String reason) {
    if (reason.length() <= Limits.REASON_BYTES / 3) {
      return reason;
    }
    byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= Limits.REASON_BYTES) {
      return reason;
    }
    int end = Limits.REASON_BYTES;
    // Not in the midst of a character.
    while ((bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
