package dev.fairlead.app.command;

import dev.fairlead.discovery.Here;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this process is called: in a pod the pod's name, else the host's. */
final class HostName {
  /** Kubernetes sets it to the pod's name. */
  private static final String VARIABLE = "HOSTNAME";

  private HostName() {}

  /**
   * What the documents cannot know.
   *
   * @param cluster null: the documents say it
   */
  static Here here(@Nullable String cluster) {
    return new Here(Optional.ofNullable(cluster), of(System.getenv()));
  }

  /** Empty where the host has none. */
  static Optional<String> of(Map<String, String> environment) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isBlank()) {
      return Optional.of(named);
    }
    try {
      return Optional.of(InetAddress.getLocalHost().getHostName()).filter(name -> !name.isBlank());
    } catch (UnknownHostException e) {
      // The host does not know its own name either: the documents have to give one.
      return Optional.empty();
    }
  }
}
