package dev.fairlead.kubernetes.lead;

import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.Fault;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A text at the leader lock, which all that contend can read and write: an annotation, so that
 * nobody needs more rights than the lock itself does. Where the Lease was deleted, whoever read the
 * text notes it at the next one. Used by one thread at a time.
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
  private @Nullable String uid;
  private Optional<String> last = Optional.empty();

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
   * The text; empty where there is none, or was no Lease yet.
   *
   * @throws IOException if the API server does not answer
   */
  public Optional<String> read() throws IOException {
    try {
      Lease lease = lease();
      Optional<String> noted = noted(lease);
      if (lease != null && !noted.equals(there(lease))) {
        update(with(lease, noted.orElseThrow()));
      } else if (lease != null) {
        know(lease, noted);
      }
      return noted;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return last; // noted anew when it is read again
      }
      throw new IOException(Fault.why(e), e);
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
        update(with(lease, text));
        return true;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          throw new IOException(Fault.why(e), e);
        }
      }
    }
    throw new IOException("the Lease " + namespace + "/" + name + " changed all the time");
  }

  private @Nullable Lease lease() {
    return cluster.client().leases().inNamespace(namespace).withName(name).get();
  }

  private void update(Lease lease) {
    cluster.client().leases().inNamespace(namespace).resource(lease).update();
    know(lease, there(lease));
  }

  private void know(Lease lease, Optional<String> text) {
    uid = lease.getMetadata().getUid();
    last = text;
  }

  private Lease with(Lease lease, String text) {
    return new LeaseBuilder(lease)
        .editMetadata()
        .withManagedFields()
        .addToAnnotations(key, text)
        .endMetadata()
        .build();
  }

  /** What is there, or was at a Lease before this one. */
  private Optional<String> noted(@Nullable Lease lease) {
    Optional<String> there = lease == null ? Optional.empty() : there(lease);
    boolean same = lease != null && Objects.equals(lease.getMetadata().getUid(), uid);
    return there.isEmpty() && !same ? last : there;
  }

  private Optional<String> there(Lease lease) {
    Map<String, String> annotations = lease.getMetadata().getAnnotations();
    return annotations == null ? Optional.empty() : Optional.ofNullable(annotations.get(key));
  }

  @Override
  public String toString() {
    return "Lease " + namespace + "/" + name + ", annotation " + key;
  }
}
