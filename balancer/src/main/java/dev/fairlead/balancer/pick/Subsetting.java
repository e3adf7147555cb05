package dev.fairlead.balancer.pick;

/**
 * Stable subsetting: each client connects to a few of the endpoints only, the same ones as long as
 * they are there. They are those that rendezvous hashing ranks highest for the client, so one
 * endpoint that comes or goes changes at most one member.
 *
 * @param client what names this client for good and no other, as a pod's name; not empty
 * @param size of the subset in each priority, or in each cluster that a plan names, at least 1
 */
public record Subsetting(String client, int size) {
  public Subsetting {
    if (client.isEmpty()) {
      throw new IllegalArgumentException("subsetting needs a client's name");
    }
    if (size < 1) {
      throw new IllegalArgumentException("subset size " + size + " is not at least 1");
    }
  }
}
