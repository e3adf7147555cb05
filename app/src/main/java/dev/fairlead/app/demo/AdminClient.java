package dev.fairlead.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The admin API of the running proxy, as the demo asks it. */
final class AdminClient {
  private static final int TIMEOUT_MILLIS = 500;

  private final String base;

  AdminClient(InetSocketAddress admin) {
    this.base = "http://" + admin.getAddress().getHostAddress() + ":" + admin.getPort();
  }

  /** The console's address. */
  String console() {
    return base + "/";
  }

  boolean ready() {
    try {
      HttpURLConnection connection = connect("/readyz");
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** The plan's share of each cluster; empty without a plan, or when the API does not answer. */
  Map<String, Double> planned() {
    Map<String, Double> shares = new TreeMap<>();
    try (InputStream body = connect("/api/state").getInputStream()) {
      JsonNode state = Roles.JSON.readTree(body);
      for (JsonNode cluster : state.path("services").path(0).path("clusters")) {
        if (cluster.path("share").isNumber()) {
          shares.put(cluster.path("cluster").asString(), cluster.path("share").asDouble());
        }
      }
    } catch (IOException | JacksonException e) {
      // The display goes without the plan; the traffic does not depend on it.
    }
    return shares;
  }

  private HttpURLConnection connect(String path) throws IOException {
    // No proxy of the environment's: what is asked for is on this machine.
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(base + path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    return connection;
  }
}
