package dev.fairlead.route;

import dev.fairlead.balancer.hash.XxHash64;
import java.nio.charset.StandardCharsets;

/**
 * An {@link Affinity} made ready to be looked for in requests: finds the key in place and hashes
 * its bytes as they were sent, without decoding or copying them. Immutable; allocates nothing.
 *
 * <p>As sent, because a client that repeats its key repeats its spelling too, and because what is
 * not decoded cannot be decoded differently by the next proxy that must agree.
 */
public final class AffinityKey {
  /**
   * In place of a hash: the request has no key. A key whose hash is 0 counts as none; there is one
   * in 2⁶⁴, and whoever makes it up loses nothing but affinity.
   */
  public static final long NONE = 0;

  /** Every proxy of a service must come to the same endpoint. */
  private static final long SEED = 0;

  private static final byte[] COOKIE = "cookie".getBytes(StandardCharsets.US_ASCII);

  private final Affinity affinity;
  private final byte[] name;

  public AffinityKey(Affinity affinity) {
    this.affinity = affinity;
    String name =
        switch (affinity) {
          case Affinity.Header header -> header.name();
          case Affinity.Cookie cookie -> cookie.name();
          case Affinity.Query query -> query.name();
          case Affinity.GrpcMetadata metadata -> metadata.name();
          case Affinity.SourceAddress _ -> "";
        };
    this.name = name.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * XXH64 of the request's key, or {@link #NONE}.
   *
   * @param sourceAddress the peer's IP literal, without port; empty if unknown
   */
  public long hash(RequestView request, String sourceAddress) {
    return switch (affinity) {
      case Affinity.Header _, Affinity.GrpcMetadata _ -> ofHeader(request);
      case Affinity.Cookie _ -> ofCookie(request);
      case Affinity.Query _ -> ofQuery(request);
      case Affinity.SourceAddress _ ->
          sourceAddress.isEmpty() ? NONE : XxHash64.hash(sourceAddress, SEED);
    };
  }

  private long ofHeader(RequestView request) {
    int header = request.header(name);
    return header < 0
        ? NONE
        : hash(request.bytes(), request.headerValueStart(header), request.headerValueEnd(header));
  }

  private long ofCookie(RequestView request) {
    int header = request.header(COOKIE);
    if (header < 0) {
      return NONE;
    }
    byte[] bytes = request.bytes();
    int to = request.headerValueEnd(header);
    int start = Cookies.valueStart(bytes, request.headerValueStart(header), to, name);
    return start < 0 ? NONE : hash(bytes, start, Cookies.valueEnd(bytes, start, to));
  }

  private long ofQuery(RequestView request) {
    byte[] bytes = request.bytes();
    int to = request.queryEnd();
    int start = Query.valueStart(bytes, request.queryStart(), to, name);
    return start < 0 ? NONE : hash(bytes, start, Query.valueEnd(bytes, start, to));
  }

  private static long hash(byte[] bytes, int from, int to) {
    return from == to ? NONE : XxHash64.hash(bytes, from, to - from, SEED);
  }
}
