package dev.fairlead.telemetry.prometheus;

import dev.fairlead.telemetry.prometheus.PrometheusException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Asks one server, a query at a time. By POST, since the names of a thousand services do not fit
 * into a URL; redirects are not followed, or a token would go with them.
 */
public final class PrometheusClient implements Queries, AutoCloseable {
  /** {@link AnswerReader#MOST_SERIES} of a few short labels each. */
  static final int MOST_BYTES = 32 * 1024 * 1024;

  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

  private final Server server;
  private final URI uri;
  private final double lookbackSeconds;
  private final long mostBytes;
  private final HttpClient http;

  /**
   * A client that has not asked anything yet.
   *
   * @param lookback how old a sample may be that is still "now"; Prometheus' own five minutes would
   *     make numbers of a target that is long gone look alive
   */
  public PrometheusClient(Server server, Duration lookback) {
    this(server, lookback, MOST_BYTES);
  }

  PrometheusClient(Server server, Duration lookback, long mostBytes) {
    this.server = server;
    this.uri = server.queryUri();
    this.lookbackSeconds = lookback.toMillis() / 1e3;
    this.mostBytes = mostBytes;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(LONGEST_CONNECT)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    server.authorities().map(Trust::in).ifPresent(builder::sslContext);
    this.http = builder.build();
  }

  @Override
  public Answer ask(String promql, double atSeconds, Duration most) {
    HttpRequest request = request(promql, atSeconds, most);
    CompletableFuture<HttpResponse<byte[]>> coming =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), mostBytes));
    try {
      return answer(promql, coming.get(most.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      coming.cancel(true);
      throw late(most);
    } catch (ExecutionException e) {
      throw failed(Objects.requireNonNullElse(e.getCause(), e), most);
    } catch (InterruptedException e) {
      coming.cancel(true);
      Thread.currentThread().interrupt();
      throw failure(Reason.TIMEOUT, "asking was interrupted", "none is needed");
    }
  }

  private HttpRequest request(String promql, double atSeconds, Duration most) {
    StringBuilder form = new StringBuilder("query=").append(encoded(promql));
    if (!Double.isNaN(atSeconds)) {
      form.append("&time=").append(String.format(Locale.ROOT, "%.3f", atSeconds));
    }
    form.append(String.format(Locale.ROOT, "&timeout=%dms", Math.max(1, most.toMillis())));
    form.append(String.format(Locale.ROOT, "&lookback_delta=%.3f", lookbackSeconds));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(most)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(BodyPublishers.ofString(form.toString()));
    server.tokenFile().ifPresent(file -> request.header("Authorization", "Bearer " + token(file)));
    return request.build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private String token(Path file) {
    try {
      return BearerToken.in(file);
    } catch (IllegalArgumentException e) {
      throw denied(String.valueOf(e.getMessage()));
    }
  }

  private Answer answer(String promql, HttpResponse<byte[]> response) {
    int status = response.statusCode();
    // Others answer errors in words or HTML; what tells of the way says more than the body.
    switch (status) {
      case 401, 403 -> throw denied("HTTP status " + status);
      case 404, 405 ->
          throw failure(
              Reason.NOT_PROMETHEUS, "HTTP status " + status, "is the URL's path the right one?");
      case 429 -> throw busy("HTTP status 429");
      default -> {
        if (status >= 300 && status < 400) {
          throw failure(
              Reason.NOT_PROMETHEUS,
              "it redirects to "
                  + Quoted.of(response.headers().firstValue("Location").orElse("nowhere")),
              "name that URL, if it is the right one");
        }
      }
    }
    return inEnvelope(promql, status, response.body());
  }

  private Answer inEnvelope(String promql, int status, byte[] body) {
    AnswerReader.Envelope envelope;
    try {
      envelope = AnswerReader.read(body);
    } catch (PrometheusException e) {
      if (status == 503) {
        throw busy("HTTP status 503");
      }
      if (status >= 500) {
        throw failure(Reason.SERVER, "HTTP status " + status, "its log says more");
      }
      throw failure(
          e.reason(),
          "to " + Quoted.of(promql) + " it answered " + status + ", and " + e.getMessage(),
          "is it Prometheus, and is the URL's path the right one?");
    }
    if (!envelope.isError() && status / 100 == 2) {
      return envelope.answer();
    }
    String said = envelope.errorType() + ": " + Quoted.of(envelope.error());
    switch (envelope.errorType()) {
      case "timeout", "canceled" ->
          throw failure(Reason.TIMEOUT, said, "a longer period, or fewer series");
      case "bad_data", "execution" ->
          throw failure(
              Reason.QUERY, "to " + Quoted.of(promql) + " it said " + said, "mend the query set");
      default -> {
        if (status == 503) {
          throw busy(said);
        }
        throw failure(Reason.SERVER, "HTTP status " + status + ", " + said, "its log says more");
      }
    }
  }

  private PrometheusException failed(Throwable cause, Duration most) {
    if (cause instanceof HttpTimeoutException) {
      return late(most);
    }
    if (cause instanceof SSLException) {
      return failure(
          Reason.TLS, String.valueOf(cause.getMessage()), "name its authorities in a PEM file");
    }
    String words = String.valueOf(cause.getMessage());
    // How the JDK's limiting body handler says that there was more.
    if (cause instanceof IOException && words.contains("capacity")) {
      return failure(
          Reason.TOO_LARGE,
          "the answer has more than " + mostBytes + " bytes",
          "the query must add series up");
    }
    return failure(
        Reason.UNREACHABLE, unreachable(cause), "does it run, and may this process connect to it?");
  }

  /** The JDK says nothing of a refused connection but its exception's name. */
  private static String unreachable(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "its name is unknown";
      }
    }
    return failure instanceof ConnectException
        ? "nothing listens there"
        : failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }

  private PrometheusException late(Duration most) {
    return failure(
        Reason.TIMEOUT,
        "no answer within " + most.toMillis() + " ms",
        "a faster server, a longer period, or fewer series");
  }

  private PrometheusException busy(String what) {
    return failure(Reason.BUSY, what, "it must do less, or get more to do it with");
  }

  private PrometheusException denied(String what) {
    return failure(Reason.DENIED, what, "is the token file the right one?");
  }

  private PrometheusException failure(Reason reason, String what, String mend) {
    return new PrometheusException(
        reason, "Prometheus at " + uri + ": " + what + " (" + mend + ")");
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
