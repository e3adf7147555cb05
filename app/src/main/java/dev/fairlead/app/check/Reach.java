package dev.fairlead.app.check;

import dev.fairlead.telemetry.prometheus.PrometheusClient;
import dev.fairlead.telemetry.prometheus.PrometheusException;
import dev.fairlead.telemetry.prometheus.Server;
import java.io.IOException;
import java.net.ConnectException;
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

  /** Asks as {@code run} will; what its failures say has the hint in it. */
  static Finding prometheus(Server server) {
    String id = "prometheus";
    try (PrometheusClient client = new PrometheusClient(server, PATIENCE)) {
      client.ask("vector(1)", Double.NaN, PATIENCE);
      return Finding.ok(id, "Prometheus at " + server.base() + " answers queries");
    } catch (PrometheusException e) {
      return Finding.failed(id, String.valueOf(e.getMessage()), "");
    }
  }

  private static Finding unreachable(String id, String who, URI where, Exception e) {
    String why =
        e.getMessage() != null
            ? e.getMessage()
            : e instanceof ConnectException
                ? "nothing listens there, or its name is unknown"
                : e.getClass().getSimpleName();
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
