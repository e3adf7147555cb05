package dev.fairlead.proxy.upstream;

import dev.fairlead.proxy.tls.HandshakeFailure;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;

/** What people are told of a connection that could not be made. */
public final class ConnectFailures {
  private ConnectFailures() {}

  /** Why, in a few words. */
  public static String phrase(Throwable cause) {
    return switch (cause) {
      case NoRouteToHostException _ -> "no route to host";
      case ConnectTimeoutException _ -> "timed out";
      case HandshakeFailure failure -> String.valueOf(failure.getMessage());
      case ConnectException _ -> "refused";
      default -> cause.getClass().getSimpleName();
    };
  }
}
