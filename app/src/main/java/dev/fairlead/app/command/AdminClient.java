package dev.fairlead.app.command;

import dev.fairlead.app.state.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks the admin API of a running process. */
final class AdminClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** The longest line of an answer that is no data. */
  private static final int LONGEST_WHY = 500;

  private final URI admin;
  private final Optional<String> token;

  /**
   * @param admin scheme, host and port
   */
  AdminClient(URI admin, Optional<String> token) {
    this.admin = admin;
    this.token = token;
  }

  JsonNode get(String path) throws InterruptedException {
    return find(path).orElseThrow(() -> foreign(404));
  }

  /** Empty where there is no such thing. */
  Optional<JsonNode> find(String path) throws InterruptedException {
    HttpResponse<String> response = whole(request(path).build());
    return switch (response.statusCode()) {
      case 200 -> Optional.of(json(response));
      case 404 -> Optional.empty();
      default -> throw refused(response);
    };
  }

  /**
   * What is asked of something that is named: where there is no such thing, says the answer why.
   */
  JsonNode ask(String path) throws InterruptedException {
    return taken(whole(request(path).build()));
  }

  /** Posts an order. */
  JsonNode post(String path, Object order) throws InterruptedException {
    byte[] body = Json.MAPPER.writeValueAsBytes(order);
    return taken(
        whole(
            request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build()));
  }

  private JsonNode taken(HttpResponse<String> response) {
    return switch (response.statusCode()) {
      case 200, 202 -> json(response);
      case 400, 404, 409 -> {
        if (!explains(response)) {
          throw foreign(response.statusCode());
        }
        int exit = response.statusCode() == 400 ? Exit.USAGE : Exit.FAILED;
        throw new CommandFailure(exit, why(response.body()));
      }
      default -> throw refused(response);
    };
  }

  /** Fairlead says in words why it does not do something; others show a page. */
  private static boolean explains(HttpResponse<?> response) {
    return response.headers().firstValue("Content-Type").orElse("").startsWith("text/plain");
  }

  private CommandFailure refused(HttpResponse<String> response) {
    int status = response.statusCode();
    return status == 401 || explains(response) ? refused(status, response.body()) : foreign(status);
  }

  private CommandFailure foreign(int status) {
    return unavailable("answers (" + status + "), but not as Fairlead does");
  }

  private static String why(String body) {
    String line = body.strip();
    return Printable.of(line.substring(0, Math.min(line.length(), LONGEST_WHY)));
  }

  private JsonNode json(HttpResponse<String> response) {
    try {
      return Json.MAPPER.readTree(response.body());
    } catch (JacksonException e) {
      throw foreign(200);
    }
  }

  /** Gives the lines of a stream to {@code each} as they come, until it ends. */
  void lines(String path, Consumer<String> each) throws InterruptedException {
    try (HttpClient client = client()) {
      HttpResponse<Stream<String>> response =
          client.send(request(path).build(), HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        if (response.statusCode() != 200 && response.statusCode() != 401 && !explains(response)) {
          throw foreign(response.statusCode());
        }
        if (response.statusCode() == 400) {
          throw new CommandFailure(Exit.USAGE, lines.findFirst().orElse("bad request"));
        }
        if (response.statusCode() != 200) {
          throw refused(response.statusCode(), lines.findFirst().orElse("nothing"));
        }
        lines.forEach(each);
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw unreachable(e);
    } catch (JacksonException e) {
      throw foreign(200);
    }
  }

  /** No proxy of the environment's: what is asked for is on this machine or in this cluster. */
  private static HttpClient client() {
    return HttpClient.newBuilder()
        .connectTimeout(TIMEOUT)
        .proxy(HttpClient.Builder.NO_PROXY)
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  private HttpRequest.Builder request(String path) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(admin + path)).header("Accept", "application/json");
      token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
      return request;
    } catch (IllegalArgumentException e) {
      throw unreachable(e);
    }
  }

  /** With its body in time: a request's own timeout ends with the head. */
  private HttpResponse<String> whole(HttpRequest request) throws InterruptedException {
    HttpClient client = client();
    try {
      return client
          .sendAsync(request, HttpResponse.BodyHandlers.ofString())
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw unreachable(Objects.requireNonNullElse(e.getCause(), e));
    } catch (IllegalArgumentException e) {
      throw unreachable(e);
    } catch (TimeoutException e) {
      throw unavailable(
          "does not answer"
              + ("https".equals(admin.getScheme()) ? ", and speaks no TLS by itself" : ""));
    } finally {
      client.shutdownNow();
    }
  }

  private CommandFailure refused(int status, String body) {
    if (status == 401) {
      String what =
          token.isPresent() ? "does not know the token" : "asks for a token, and none was given";
      return new CommandFailure(
          Exit.UNAVAILABLE,
          "the admin API at " + admin.getAuthority() + " " + what + " (--token-file has it)");
    }
    String why = why(body).lines().findFirst().orElse("");
    return unavailable("answered " + status + (why.isEmpty() ? "" : ", " + why));
  }

  /** What the JDK says of a refused connection is its exception's name, and {@code null}. */
  private CommandFailure unreachable(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return unavailable("cannot be reached: its name is unknown");
      }
    }
    if (e instanceof ConnectException) {
      return new CommandFailure(
          Exit.UNAVAILABLE,
          "nothing listens at "
              + admin.getAuthority()
              + " (start fairlead run, or say with --admin where its admin API is)");
    }
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return unavailable("cannot be reached: " + Printable.of(why));
  }

  private CommandFailure unavailable(String what) {
    return new CommandFailure(
        Exit.UNAVAILABLE,
        "the admin API at "
            + admin.getAuthority()
            + " "
            + what
            + " (is fairlead run up? --admin says where)");
  }
}
