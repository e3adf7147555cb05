package dev.fairlead.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;

/** What went wrong between us and the API server, for a person. */
public final class Fault {
  private Fault() {}

  /**
   * The server's words; where it did not answer, those of whatever broke: the client's own text
   * says only what was asked.
   */
  public static String why(RuntimeException e) {
    boolean answered = !(e instanceof KubernetesClientException client) || client.getCode() > 0;
    if (answered || e.getCause() == null) {
      return String.valueOf(e.getMessage());
    }
    Throwable deepest = e;
    Throwable cause = e.getCause();
    // What made a connect fail is of the channel, and says less.
    for (; cause != null && !(deepest instanceof ConnectException); cause = cause.getCause()) {
      deepest = cause;
    }
    String name = deepest.getClass().getSimpleName();
    String message = deepest.getMessage();
    return "the API server does not answer: " + (message == null ? name : name + ": " + message);
  }
}
