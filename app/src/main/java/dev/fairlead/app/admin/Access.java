package dev.fairlead.app.admin;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask the admin API. Without a token whoever is on this machine, as the API listens on
 * loopback then; with one whoever has it, but for what probes and scrapers ask.
 */
final class Access {
  /** Changes nothing and says little: a kubelet has no token. */
  private static final Set<String> OPEN = Set.of("/livez", "/readyz", "/metrics");

  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";

  private final Optional<AdminToken> token;

  Access(Optional<AdminToken> token) {
    this.token = token;
  }

  boolean asksForToken() {
    return token.isPresent();
  }

  /** Empty: go on. */
  Optional<Reply> refusal(String path, Headers headers) {
    List<String> hosts = headers.get("Host");
    if (token.isEmpty()) {
      return HostCheck.allows(hosts)
          ? Optional.empty()
          : Optional.of(Reply.text(403, "forbidden: Host must be localhost, 127.0.0.1 or [::1]"));
    }
    if (!HostCheck.isOne(hosts)) {
      return Optional.of(Reply.text(403, "forbidden: one Host is needed"));
    }
    String presented = presented(headers);
    if (!presented.isEmpty() && token.get().matches(presented)) {
      return Optional.empty();
    }
    // A page that resolves its own name to this address has a name in Host, and no token.
    if (OPEN.contains(path) && HostCheck.isAddress(hosts)) {
      return Optional.empty();
    }
    String why = presented.isEmpty() ? "a token is needed" : "the token is not valid";
    return Optional.of(Reply.text(401, "unauthorized: " + why));
  }

  /** The bearer token, or the password of Basic, as which a browser asks for it; else empty. */
  private static String presented(Headers headers) {
    List<String> all = headers.get("Authorization");
    if (all == null || all.size() != 1) {
      return "";
    }
    String value = all.getFirst();
    if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return value.substring(BEARER.length()).strip();
    }
    if (value.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      try {
        byte[] decoded = Base64.getDecoder().decode(value.substring(BASIC.length()).strip());
        String pair = new String(decoded, StandardCharsets.UTF_8);
        return pair.substring(pair.indexOf(':') + 1);
      } catch (IllegalArgumentException e) {
        return "";
      }
    }
    return "";
  }
}
