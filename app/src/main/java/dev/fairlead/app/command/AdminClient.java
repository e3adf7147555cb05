package dev.fairlead.app.command;

import dev.fairlead.app.state.Json;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
          HttpRequest.newBuilder(URI.create("http://" + authority + path)).build();
      HttpResponse<String> response = whole(client, request);
      if (response.statusCode() != 200) {
        throw unavailable("answered " + response.statusCode());
      }
      return Json.MAPPER.readTree(response.body());
    } catch (ExecutionException | IllegalArgumentException e) {
      throw unavailable("cannot be reached");
    } catch (TimeoutException e) {
      throw unavailable("does not answer");
    } catch (JacksonException e) {
      throw unavailable("answers, but not as Fairlead does");
    }
  }

  /** With its body in time: a request's own timeout ends with the head. */
  private static HttpResponse<String> whole(HttpClient client, HttpRequest request)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      return client
          .sendAsync(request, HttpResponse.BodyHandlers.ofString())
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      client.shutdownNow();
    }
  }

  private CommandFailure unavailable(String what) {
    return new CommandFailure(
        Exit.UNAVAILABLE,
        "the admin API at " + authority + " " + what + " (is fairlead run up? --admin says where)");
  }
}
