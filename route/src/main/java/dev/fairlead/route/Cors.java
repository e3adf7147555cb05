package dev.fairlead.route;

import java.time.Duration;
import java.util.List;

/**
 * Which pages of other origins may use the answers, told to browsers in the headers of the Fetch
 * standard's CORS protocol. A single {@code *} in a list allows all; an empty list says nothing.
 *
 * @param origins {@code scheme://host} or {@code scheme://host:port}, in lower case; a host may
 *     begin with a star, which stands for one character or more
 * @param methods that a preflight allows
 * @param headers of requests that a preflight allows
 * @param exposed headers of answers that pages may read
 * @param credentials whether requests may carry cookies and the like
 * @param maxAge how long a preflight's answer is good
 */
public record Cors(
    List<String> origins,
    List<String> methods,
    List<String> headers,
    List<String> exposed,
    boolean credentials,
    Duration maxAge) {
  public static final String ANY = "*";

  public Cors {
    origins = List.copyOf(origins);
    methods = List.copyOf(methods);
    headers = List.copyOf(headers);
    exposed = List.copyOf(exposed);
  }
}
