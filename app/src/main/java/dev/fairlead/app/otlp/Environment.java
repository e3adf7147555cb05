package dev.fairlead.app.otlp;

import dev.fairlead.proxy.trace.Sampler;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The environment variables by which OpenTelemetry's tools are told where traces go (its
 * "Environment Variable Specification" and "OTLP Exporter"), as far as they concern spans.
 */
public final class Environment {
  private static final String EXPORTER = "OTEL_TRACES_EXPORTER";
  private static final String SAMPLER = "OTEL_TRACES_SAMPLER";
  private static final String SAMPLER_ARG = "OTEL_TRACES_SAMPLER_ARG";
  private static final String DEFAULT_NAME = "fairlead";

  /** A second: traces are looked at soon, and a batch a second is no load on anybody. */
  private static final long DEFAULT_DELAY_MILLIS = 1000;

  private static final int MAX_MILLIS = 3_600_000;

  /** A thousand spans of about a kilobyte: what a small heap has to spare for each loop. */
  private static final int DEFAULT_QUEUED = 1024;

  private static final int DEFAULT_BATCH = 512;
  private static final int MAX_QUEUED = 1 << 16;

  private final Map<String, String> variables;

  public Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  /**
   * What they say; empty where they name no endpoint, or say that there shall be no traces.
   *
   * @param endpoint in place of theirs, where the command line says one
   * @param ratio of new traces that are recorded, likewise
   * @throws IllegalArgumentException for what cannot be done, with the variable's name and a hint
   */
  public Optional<ExportSettings> traces(
      Optional<String> endpoint, Optional<Double> ratio, boolean continuesAnyone) {
    Optional<URI> target = endpoint.isPresent() ? endpoint.map(this::option) : fromVariables();
    return target.map(uri -> settings(uri, ratio, continuesAnyone));
  }

  private Optional<URI> fromVariables() {
    boolean off =
        get("OTEL_SDK_DISABLED").orElse("false").equalsIgnoreCase("true")
            || get(EXPORTER).orElse("otlp").equalsIgnoreCase("none");
    Optional<String> whole = get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    Optional<String> base = get("OTEL_EXPORTER_OTLP_ENDPOINT");
    if (off || (whole.isEmpty() && base.isEmpty())) {
      return Optional.empty();
    }
    String exporter = get(EXPORTER).orElse("otlp");
    if (!exporter.equals("otlp")) {
      throw new IllegalArgumentException(
          EXPORTER + ": '" + exporter + "' is not known (otlp or none)");
    }
    return Optional.of(
        whole.isPresent()
            ? uri("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", whole.get())
            : under(uri("OTEL_EXPORTER_OTLP_ENDPOINT", base.orElseThrow())));
  }

  private URI option(String text) {
    URI uri = uri("--trace-endpoint", text);
    return uri.getPath() == null || uri.getPath().length() <= 1 ? under(uri) : uri;
  }

  private static URI under(URI base) {
    String text = base.toString();
    return URI.create((text.endsWith("/") ? text : text + "/") + "v1/traces");
  }

  private static URI uri(String name, String text) {
    try {
      URI uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        name + ": '" + text + "' is no URL such as http://127.0.0.1:4318");
  }

  private ExportSettings settings(URI endpoint, Optional<Double> ratio, boolean continuesAnyone) {
    String protocol = of("PROTOCOL").orElse("http/protobuf");
    if (!protocol.equals("http/protobuf")) {
      throw new IllegalArgumentException(
          "OTEL_EXPORTER_OTLP_PROTOCOL: '"
              + protocol
              + "' is not spoken (http/protobuf, which collectors take on port 4318)");
    }
    if (of("CERTIFICATE").isPresent() || of("CLIENT_CERTIFICATE").isPresent()) {
      throw new IllegalArgumentException(
          "OTEL_EXPORTER_OTLP_CERTIFICATE: certificates are those that Java trusts"
              + " (-Djavax.net.ssl.trustStore=FILE names others)");
    }
    int queued = (int) number("OTEL_BSP_MAX_QUEUE_SIZE", DEFAULT_QUEUED, 2, MAX_QUEUED);
    return new ExportSettings(
        endpoint,
        headers(),
        resource(),
        of("COMPRESSION").orElse("none").equals("gzip"),
        Duration.ofMillis(
            number("OTEL_EXPORTER_OTLP_TIMEOUT", of("TIMEOUT"), 10_000, 1, MAX_MILLIS)),
        Duration.ofMillis(number("OTEL_BSP_SCHEDULE_DELAY", DEFAULT_DELAY_MILLIS, 1, MAX_MILLIS)),
        queued,
        (int) number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", DEFAULT_BATCH, 1, MAX_QUEUED),
        ratio.map(some -> new Sampler(true, some)).orElseGet(this::sampler),
        continuesAnyone);
  }

  private Map<String, String> headers() {
    Map<String, String> headers = pairs("OTEL_EXPORTER_OTLP_HEADERS", of("HEADERS").orElse(""));
    headers.forEach(
        (name, value) -> {
          try {
            HttpRequest.newBuilder().header(name, value);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                "OTEL_EXPORTER_OTLP_HEADERS: '" + name + "' cannot be sent", e);
          }
        });
    return headers;
  }

  private Map<String, String> resource() {
    Map<String, String> said =
        pairs("OTEL_RESOURCE_ATTRIBUTES", get("OTEL_RESOURCE_ATTRIBUTES").orElse(""));
    get("OTEL_SERVICE_NAME").ifPresent(name -> said.put("service.name", name));
    said.putIfAbsent("service.name", DEFAULT_NAME);
    return said;
  }

  private Sampler sampler() {
    String name = get(SAMPLER).orElse("parentbased_always_on").toLowerCase(Locale.ROOT);
    String prefix = "parentbased_";
    boolean parentBased = name.startsWith(prefix);
    return switch (parentBased ? name.substring(prefix.length()) : name) {
      case "always_on" -> new Sampler(parentBased, 1);
      case "always_off" -> new Sampler(parentBased, 0);
      case "traceidratio" -> new Sampler(parentBased, ratio());
      default ->
          throw new IllegalArgumentException(
              SAMPLER
                  + ": '"
                  + name
                  + "' is not known ([parentbased_]always_on, always_off or traceidratio)");
    };
  }

  private double ratio() {
    String text = get(SAMPLER_ARG).orElse("1");
    try {
      double ratio = Double.parseDouble(text);
      if (ratio >= 0 && ratio <= 1) {
        return ratio;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(SAMPLER_ARG + ": '" + text + "' is no ratio in 0…1");
  }

  private long number(String name, long otherwise, long least, long most) {
    return number(name, get(name), otherwise, least, most);
  }

  private static long number(
      String name, Optional<String> said, long otherwise, long least, long most) {
    if (said.isEmpty()) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(said.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        name + ": '" + said.get() + "' is no whole number in " + least + "…" + most);
  }

  /** {@code a=b,c=d}, values percent-encoded. */
  private static Map<String, String> pairs(String name, String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      if (part.isBlank()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException(name + ": a part is no key=value");
      }
      // A plus is a plus: only percent signs encode.
      String value = part.substring(equals + 1).strip().replace("+", "%2B");
      pairs.put(
          part.substring(0, equals).strip(), URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
    return pairs;
  }

  /** The variable for traces, or else the one for all signals. */
  private Optional<String> of(String what) {
    Optional<String> own = get("OTEL_EXPORTER_OTLP_TRACES_" + what);
    return own.isPresent() ? own : get("OTEL_EXPORTER_OTLP_" + what);
  }

  /** An empty variable is as good as none. */
  private Optional<String> get(String name) {
    return Optional.ofNullable(variables.get(name)).map(String::strip).filter(s -> !s.isEmpty());
  }
}
