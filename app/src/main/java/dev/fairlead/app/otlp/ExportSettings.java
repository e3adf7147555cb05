package dev.fairlead.app.otlp;

import dev.fairlead.proxy.trace.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Where spans are sent, and how.
 *
 * @param endpoint takes OTLP over HTTP, whole: {@code http://127.0.0.1:4318/v1/traces}
 * @param headers sent with each batch, such as a token
 * @param resource what is said of this process
 * @param timeout of one try to send a batch
 * @param delay that spans gather for, at most
 * @param maxQueued spans that wait for each event loop
 * @param maxBatch spans in one message
 * @param continuesAnyone whether the trace of any client goes on here
 */
public record ExportSettings(
    URI endpoint,
    Map<String, String> headers,
    Map<String, String> resource,
    boolean gzip,
    Duration timeout,
    Duration delay,
    int maxQueued,
    int maxBatch,
    Sampler sampler,
    boolean continuesAnyone) {
  public ExportSettings {
    headers = Map.copyOf(headers);
    resource = Map.copyOf(resource);
  }

  /** Without headers and resource, which may hold credentials. */
  @Override
  public String toString() {
    return endpoint + ", " + sampler;
  }
}
