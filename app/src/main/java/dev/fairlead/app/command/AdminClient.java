package dev.fairlead.app.command;

import dev.fairlead.app.state.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
    return find(path).orElseThrow(() -> unavailable("answered 404"));
  }

  /** Empty where there is no such thing. */
  Optional<JsonNode> find(String path) throws InterruptedException {
    try (HttpClient client = client()) {
      HttpResponse<String> response = whole(client, request(path));
      return switch (response.statusCode()) {
        case 200 -> Optional.of(Json.MAPPER.readTree(response.body()));
        case 404 -> Optional.empty();
        default -> throw unavailable("answered " + response.statusCode());
      };
    } catch (ExecutionException | IllegalArgumentException e) {
      throw unavailable("cannot be reached");
    } catch (TimeoutException e) {
      throw unavailable("does not answer");
    } catch (JacksonException e) {
      throw unavailable("answers, but not as Fairlead does");
    }
  }

  /** Gives the lines of a stream to {@code each} as they come, until it ends. */
  void lines(String path, Consumer<String> each) throws InterruptedException {
    try (HttpClient client = client()) {
      HttpResponse<Stream<String>> response =
          client.send(request(path), HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        if (response.statusCode() == 400) {
          throw new CommandFailure(Exit.USAGE, lines.findFirst().orElse("bad request"));
        }
        if (response.statusCode() != 200) {
          throw unavailable("answered " + lines.findFirst().orElse("nothing"));
        }
        lines.forEach(each);
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw unavailable("cannot be reached");
    } catch (JacksonException e) {
      throw unavailable("answers, but not as Fairlead does");
    }
  }

  /** No proxy of the environment's: what is asked for is on this machine. */
  private static HttpClient client() {
    return HttpClient.newBuilder()
        .connectTimeout(TIMEOUT)
        .proxy(HttpClient.Builder.NO_PROXY)
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + authority + path)).build();
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
