package dev.fairlead.telemetry.ping;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Pings by HEAD over connections that are kept: a connect and a handshake would make the way look
 * two or three times as long. Nothing is set up before the first.
 */
public final class HttpProbe implements Probe, AutoCloseable {
  private @Nullable HttpClient http;
  private boolean closed;

  @Override
  public CompletableFuture<Integer> send(URI uri, Duration timeout) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .header("User-Agent", "fairlead-ping")
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();
    BodyHandler<Void> body = BodyHandlers.discarding();
    return client().sendAsync(request, body).thenApply(response -> response.statusCode());
  }

  private synchronized HttpClient client() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    HttpClient known = http;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(Duration.ofSeconds(5))
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .build();
      http = known;
    }
    return known;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (http != null) {
      http.shutdownNow();
    }
  }
}
