package dev.fairlead.proxy.http1;

import dev.fairlead.route.Match;
import dev.fairlead.route.Rewrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A rewrite of host and path as bytes, made once for each rule and match. Immutable. */
public final class CompiledRewrite {
  private static final byte[] NO_BYTES = {};

  public static final CompiledRewrite NONE = of(Rewrite.NONE, Match.ALL);

  /** The new host with its port; empty: the request's own. */
  final byte[] host;

  private final boolean keepsPath;
  private final byte[] replacement;

  /** Bytes of the path that the replacement stands for; −1: all. */
  private final int prefix;

  private CompiledRewrite(byte[] host, boolean keepsPath, byte[] replacement, int prefix) {
    this.host = host;
    this.keepsPath = keepsPath;
    this.replacement = replacement;
    this.prefix = prefix;
  }

  /**
   * @param match whose prefix {@link Rewrite.Path.ReplacePrefix} replaces
   * @throws IllegalArgumentException for a path or host that could not stand in a head, or a prefix
   *     to be replaced where the match has none
   */
  public static CompiledRewrite of(Rewrite rewrite, Match match) {
    byte[] host = rewrite.host().map(CompiledRewrite::checkedHost).orElse(NO_BYTES);
    return switch (rewrite.path()) {
      case Rewrite.Path.Keep keep -> new CompiledRewrite(host, true, NO_BYTES, 0);
      case Rewrite.Path.ReplaceFull full ->
          new CompiledRewrite(host, false, checkedPath(full.path()), -1);
      case Rewrite.Path.ReplacePrefix with -> {
        if (match.path().kind() != Match.PathMatch.Kind.PREFIX) {
          throw new IllegalArgumentException("a prefix is replaced, but the match has none");
        }
        String prefix = match.path().value();
        int length = prefix.endsWith("/") ? prefix.length() - 1 : prefix.length();
        yield new CompiledRewrite(host, false, checkedPath(with.prefix()), length);
      }
    };
  }

  static byte[] checkedHost(String host) {
    byte[] bytes = Ascii.bytes(host);
    if (!isAscii(host) || Authority.hostEnd(bytes, 0, bytes.length) < 0) {
      throw new IllegalArgumentException("'" + host + "' is no host");
    }
    return bytes;
  }

  private static byte[] checkedPath(String path) {
    if (!path.isEmpty() && !path.startsWith("/")) {
      throw new IllegalArgumentException("path '" + path + "' does not start with /");
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#' || c == '?' || c == '\\') {
        throw new IllegalArgumentException(
            "path '" + path + "': its character " + (i + 1) + " cannot stand in a path");
      }
    }
    return Ascii.bytes(path);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }

  /** Whether the target goes on just as it stands in the request's bytes. */
  boolean keepsTarget(RequestHead head) {
    return keepsPath && head.pathEnd > head.pathStart;
  }

  /** The path as the upstream gets it, made anew by each call. */
  public String path(RequestHead head) {
    ByteBuf path = Unpooled.buffer();
    writePath(path, head);
    return path.toString(StandardCharsets.ISO_8859_1);
  }

  /** Writes the path as the upstream gets it, then the request's query. */
  void writeTarget(ByteBuf out, RequestHead head) {
    writePath(out, head);
    if (head.queryStart >= 0) {
      out.writeByte('?');
      out.writeBytes(head.bytes, head.queryStart, head.targetEnd - head.queryStart);
    }
  }

  private void writePath(ByteBuf out, RequestHead head) {
    int from = head.pathStart;
    int to = head.pathEnd;
    if (keepsPath || (to > from && head.bytes[from] == '*')) {
      if (to == from) {
        out.writeByte('/');
      } else {
        out.writeBytes(head.bytes, from, to - from);
      }
      return;
    }
    int rest = prefix < 0 ? to : Math.min(to, from + prefix);
    int length = replacement.length;
    if (rest < to && length > 0 && replacement[length - 1] == '/') {
      length--;
    }
    if (length == 0 && rest == to) {
      out.writeByte('/');
    }
    out.writeBytes(replacement, 0, length);
    out.writeBytes(head.bytes, rest, to - rest);
  }
}
