package dev.fairlead.kubernetes;

import java.io.Serial;

/** A kubeconfig of which no cluster can be had: which file, what is wrong, how to mend it. */
public final class BadKubeconfig extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public BadKubeconfig(String message) {
    super(message);
  }
}
