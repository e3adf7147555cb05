package dev.fairlead.telemetry.ping;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/**
 * Pings by HEAD over connections that are kept: a connect and a handshake would make the way look
 * two or three times as long.
 */
public final class HttpProbe implements Probe, AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(5))
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  @Override
  public CompletableFuture<Integer> send(URI uri, Duration timeout) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .header("User-Agent", "fairlead-ping")
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();
    BodyHandler<Void> body = BodyHandlers.discarding();
    return http.sendAsync(request, body).thenApply(response -> response.statusCode());
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
