package dev.fairlead.kubernetes.lead;

import dev.fairlead.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text at the leader lock, which all that contend can read and write, and which ends with the
 * Lease: an annotation, so that nobody needs more rights than the lock itself does.
 */
public final class LeaseNote {
  /** The API server takes 256 KiB for all annotations of an object. */
  public static final int MOST_CHARACTERS = 200_000;

  /** The Lease is renewed every two seconds: to meet that twice in a row is rare. */
  private static final int ATTEMPTS = 5;

  private final Cluster cluster;
  private final String namespace;
  private final String name;
  private final String key;

  /**
   * @param name of the Lease
   * @param key of the annotation
   */
  public LeaseNote(Cluster cluster, String namespace, String name, String key) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.name = name;
    this.key = key;
  }

  /**
   * The text; empty where there is none, or no Lease.
   *
   * @throws IOException if the API server does not answer
   */
  public Optional<String> read() throws IOException {
    try {
      return noted(lease());
    } catch (KubernetesClientException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Writes another text in place of the one that was read.
   *
   * @return false: somebody else has written since, and nothing is done
   * @throws IOException if the API server does not take it, the text is too long, or there is no
   *     Lease yet
   */
  public boolean replace(Optional<String> before, String text) throws IOException {
    if (text.length() > MOST_CHARACTERS) {
      throw new IOException(
          "too long: " + text.length() + " characters, at most " + MOST_CHARACTERS);
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        Lease lease = lease();
        if (lease == null) {
          throw new IOException("there is no Lease " + namespace + "/" + name + " yet");
        }
        if (!noted(lease).equals(before)) {
          return false;
        }
        cluster.client().leases().inNamespace(namespace).resource(with(lease, text)).update();
        return true;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          throw new IOException(e.getMessage(), e);
        }
      }
    }
    throw new IOException("the Lease " + namespace + "/" + name + " changed all the time");
  }

  private @Nullable Lease lease() {
    return cluster.client().leases().inNamespace(namespace).withName(name).get();
  }

  private Lease with(Lease lease, String text) {
    return new LeaseBuilder(lease)
        .editMetadata()
        .withManagedFields()
        .addToAnnotations(key, text)
        .endMetadata()
        .build();
  }

  private Optional<String> noted(@Nullable Lease lease) {
    Map<String, String> annotations = lease == null ? null : lease.getMetadata().getAnnotations();
    return annotations == null ? Optional.empty() : Optional.ofNullable(annotations.get(key));
  }

  @Override
  public String toString() {
    return "Lease " + namespace + "/" + name + ", annotation " + key;
  }
}
