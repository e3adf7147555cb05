package dev.fairlead.kubernetes.enforce;

import dev.fairlead.kubernetes.ObjectName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A {@code WeightPlan} object.
 *
 * @param created as the API server has it
 * @param resourceVersion empty for one that is not stored yet
 */
record StoredPlan(
    String namespace,
    String name,
    String created,
    String resourceVersion,
    LedPlan plan,
    Status status) {
  static final String ACCEPTED = "Accepted";
  static final String PROGRAMMED = "Programmed";

  /**
   * What is said of it.
   *
   * @param enforcer who writes the weights into the object; empty where nobody does
   * @param version of the weights: one more with each that were written down
   * @param term of the leader that wrote last: who leads in an earlier one may write no more
   * @param changedAt RFC 3339
   */
  record Status(
      String enforcer,
      String mode,
      long version,
      long term,
      String changedAt,
      String why,
      List<Condition> conditions) {
    static final Status NONE = new Status("", "", 0, 0, "", "", List.of());

    Status {
      conditions = List.copyOf(conditions);
    }

    boolean isRefused() {
      return conditions.stream().anyMatch(each -> each.type.equals(ACCEPTED) && !each.holds);
    }

    Optional<Condition> condition(String type) {
      return conditions.stream().filter(each -> each.type.equals(type)).findFirst();
    }
  }

  /**
   * One condition, as the API conventions have them.
   *
   * @param since when it last turned, RFC 3339
   */
  record Condition(String type, boolean holds, String reason, String message, String since) {}

  /** The one name that the plan of an object has, so that there is one of it. */
  static String nameFor(ObjectName target) {
    return target.kind().toLowerCase(Locale.ROOT) + "-" + target.name();
  }

  ObjectName target() {
    return new ObjectName(plan.kind(), namespace, plan.name());
  }

  /** Whether it is one that we would write, and no other's for the same object. */
  boolean isNamedForTarget() {
    return name.equals(nameFor(target()));
  }

  StoredPlan with(LedPlan other) {
    return new StoredPlan(namespace, name, created, resourceVersion, other, status);
  }

  StoredPlan with(Status other) {
    return new StoredPlan(namespace, name, created, resourceVersion, plan, other);
  }

  /** Whether both would write the weights of the same traffic. */
  boolean meets(LedPlan other) {
    boolean sameTarget = plan.kind().equals(other.kind()) && plan.name().equals(other.name());
    return sameTarget || plan.service().equals(other.service());
  }

  boolean isOlderThan(StoredPlan other) {
    int byAge = created.compareTo(other.created);
    return byAge != 0 ? byAge < 0 : name.compareTo(other.name) < 0;
  }
}
