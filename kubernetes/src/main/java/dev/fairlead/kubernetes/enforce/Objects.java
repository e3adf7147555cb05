package dev.fairlead.kubernetes.enforce;

import dev.fairlead.kubernetes.ObjectName;
import java.util.List;
import java.util.Optional;

/**
 * The objects that enforcing reads and writes, each read fresh. All throw {@link ObjectFault}. A
 * write of what somebody else wrote since it was read is a conflict and changes nothing.
 */
interface Objects {
  /** Empty where there is none, or nothing in it that could be led. */
  Optional<Split> split(ObjectName target);

  /** Writes weights and nothing else. */
  void patch(Split read, SplitPatch patch);

  Optional<StoredPlan> plan(String namespace, String name);

  /** Of one namespace; of all where it is empty. */
  List<StoredPlan> plans(String namespace);

  /** Makes one, without its status; a conflict where there is one. */
  StoredPlan create(StoredPlan plan);

  /** Writes what it says, without its status. */
  StoredPlan write(StoredPlan plan);

  StoredPlan writeStatus(StoredPlan plan);

  void delete(StoredPlan plan);
}
