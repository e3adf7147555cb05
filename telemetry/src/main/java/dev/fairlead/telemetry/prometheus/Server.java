package dev.fairlead.telemetry.prometheus;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A Prometheus server, or what speaks as one (Thanos, Mimir, VictoriaMetrics).
 *
 * @param base as {@code http://prometheus.monitoring:9090}, with a path where it is behind one
 * @param tokenFile a bearer token, read again for each query: Kubernetes renews them
 * @param authorities certificates in PEM that vouch for it, a file that can be read; without, those
 *     of the JDK do
 */
public record Server(URI base, Optional<Path> tokenFile, Optional<Path> authorities) {
  public Server {
    String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || base.getHost() == null) {
      throw new IllegalArgumentException(
          "a Prometheus server is named as http://HOST:PORT or https://HOST:PORT, not " + base);
    }
    if (base.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "the URL of Prometheus has a password, which logs would show (use a token file)");
    }
    if (base.getRawQuery() != null || base.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the URL of Prometheus ends with its path, without ? and #: " + base);
    }
    authorities.ifPresent(Trust::in);
  }

  /** Without a token, believed by the JDK's authorities where it speaks TLS. */
  public static Server at(String url) {
    URI base;
    try {
      base = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "a Prometheus server is named as http://HOST:PORT or https://HOST:PORT: "
              + e.getMessage(),
          e);
    }
    return new Server(base, Optional.empty(), Optional.empty());
  }

  /**
   * Whether there is a token where there is to be one; later it may still be gone.
   *
   * @throws IllegalArgumentException with the file's name and what is wrong
   */
  public void requireToken() {
    tokenFile.ifPresent(BearerToken::in);
  }

  /** Where instant queries go. */
  URI queryUri() {
    String path = base.getRawPath() == null ? "" : base.getRawPath();
    return base.resolve((path.endsWith("/") ? path : path + "/") + "api/v1/query");
  }
}
