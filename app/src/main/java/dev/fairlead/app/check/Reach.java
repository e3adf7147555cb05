package dev.fairlead.app.check;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** Whether what fairlead will talk to answers from here. */
final class Reach {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Reach() {}

  /** Any answer shows that the way is open: without credentials it may well be 401 or 403. */
  static Finding kubernetes(URI api) throws InterruptedException {
    String id = "kubernetes";
    try {
      int status = get(api, "/version");
      return status < 500
          ? Finding.ok(id, "the Kubernetes API at " + api + " answers (" + status + ")")
          : Finding.failed(id, "the Kubernetes API at " + api + " answers " + status, "look at it");
    } catch (SSLException e) {
      return Finding.warning(
          id,
          "the Kubernetes API at " + api + " answers with a certificate that Java does not know",
          "nothing, if the kubeconfig or the service account has its authority");
    } catch (IOException | IllegalArgumentException e) {
      return unreachable(id, "the Kubernetes API", api, e);
    }
  }

  static Finding prometheus(URI server) throws InterruptedException {
    String id = "prometheus";
    try {
      int status = get(server, "/api/v1/query?query=1");
      return status == 200
          ? Finding.ok(id, "Prometheus at " + server + " answers queries")
          : Finding.failed(
              id,
              server + " answers a query with " + status,
              "name Prometheus' own URL, without /graph or /api, and one that needs no login");
    } catch (IOException | IllegalArgumentException e) {
      return unreachable(id, "Prometheus", server, e);
    }
  }

  private static Finding unreachable(String id, String who, URI where, Exception e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return Finding.failed(
        id,
        who + " at " + where + " cannot be reached: " + why,
        "check the name, the port and what NetworkPolicies allow from here");
  }

  private static int get(URI server, String path) throws IOException, InterruptedException {
    String base = server.toString();
    URI url = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      return client
          .send(
              HttpRequest.newBuilder(url).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }
}
