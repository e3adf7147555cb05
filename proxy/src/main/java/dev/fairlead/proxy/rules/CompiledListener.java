package dev.fairlead.proxy.rules;

import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.tls.CompiledServerTls;
import dev.fairlead.proxy.tls.TlsPeer;
import dev.fairlead.route.HostPattern;
import dev.fairlead.route.Listener;
import dev.fairlead.route.Matched;
import dev.fairlead.route.RouteTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One listener's routes and rules. Immutable; safe for any thread. */
public final class CompiledListener {
  private final String name;
  private final HostPattern hostname;
  private final byte[] suffix;
  private final RouteTable table;
  private final CompiledRule[] rules;
  private final @Nullable CompiledServerTls tls;
  private final double traceRatio;

  private CompiledListener(
      String name,
      HostPattern hostname,
      @Nullable CompiledServerTls tls,
      double traceRatio,
      RouteTable table,
      CompiledRule[] rules) {
    this.name = name;
    this.hostname = hostname;
    this.tls = tls;
    this.traceRatio = traceRatio;
    this.suffix =
        (hostname.isWildcard() ? hostname.pattern().substring(1) : hostname.pattern())
            .getBytes(StandardCharsets.ISO_8859_1);
    this.table = table;
    this.rules = rules;
  }

  static CompiledListener of(Listener listener, Materials materials) {
    RouteTable table = RouteTable.of(listener);
    List<Matched> all = table.all();
    CompiledRule[] rules = new CompiledRule[all.size()];
    for (Matched matched : all) {
      rules[matched.index()] = CompiledRule.of(matched, listener, materials);
    }
    return new CompiledListener(
        listener.name(),
        listener.hostname(),
        materials.serverTls(listener),
        listener.traceRatio().orElse(-1),
        table,
        rules);
  }

  public String name() {
    return name;
  }

  /** Its certificates; null for clear text. */
  public @Nullable CompiledServerTls tls() {
    return tls;
  }

  /**
   * Whether what is asked of clients now was asked of one that was let in before, by another
   * configuration perhaps.
   *
   * @param peer null in clear text
   */
  public boolean admits(@Nullable TlsPeer peer) {
    return tls == null || (peer != null && tls.admits(peer));
  }

  /** Of the traces that begin here, how many are recorded; negative: as elsewhere. */
  public double traceRatio() {
    return traceRatio;
  }

  /** The rule for the request; null where no route matches. */
  public @Nullable CompiledRule find(RequestHead request) {
    Matched matched = table.find(request);
    return matched == null ? null : rules[matched.index()];
  }

  int specificity() {
    return hostname.specificity();
  }

  boolean takes(RequestHead request) {
    return takes(request.bytes(), request.hostStart(), request.hostEnd());
  }

  /** Whether a name in some bytes, in any case, is one that it is for. */
  boolean takes(byte[] bytes, int start, int end) {
    int length = end - start;
    boolean fits = hostname.isWildcard() ? length > suffix.length : length == suffix.length;
    if (suffix.length == 0) {
      return true;
    }
    if (!fits) {
      return false;
    }
    int from = end - suffix.length;
    for (int i = 0; i < suffix.length; i++) {
      byte b = bytes[from + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != suffix[i]) {
        return false;
      }
    }
    return true;
  }
}
