package dev.fairlead.app.command;

import dev.fairlead.app.state.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads from the admin API of a running process. */
final class AdminClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final String authority;

  AdminClient(InetSocketAddress address) {
    String host = address.getHostString();
    this.authority =
        (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host)
            + ":"
            + address.getPort();
  }

  JsonNode get(String path) throws InterruptedException {
    // No proxy of the environment's: what is asked for is on this machine.
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .proxy(HttpClient.Builder.NO_PROXY)
            .version(HttpClient.Version.HTTP_1_1)
            .build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + authority + path)).timeout(TIMEOUT).build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw unavailable("answered " + response.statusCode());
      }
      return Json.MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw unavailable("cannot be reached");
    } catch (JacksonException e) {
      throw unavailable("answers, but not as Fairlead does");
    }
  }

  private CommandFailure unavailable(String what) {
    return new CommandFailure(
        Exit.UNAVAILABLE,
        "the admin API at " + authority + " " + what + " (is fairlead run up? --admin says where)");
  }
}
