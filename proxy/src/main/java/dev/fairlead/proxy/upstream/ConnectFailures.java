package dev.fairlead.proxy.upstream;

import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.proxy.tls.HandshakeFailure;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;

/** What people are told of a connection that could not be made. */
public final class ConnectFailures {
  private ConnectFailures() {}

  /** Whether it was not even tried, for want of room here: which says nothing of the endpoint. */
  public static boolean full(Throwable cause) {
    return cause instanceof TooManyPendingException || noDescriptor(cause);
  }

  /** Whether there is no socket, as the process or the system has too many files open. */
  private static boolean noDescriptor(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      // EMFILE and ENFILE have no type of their own, whatever the transport.
      if (String.valueOf(each.getMessage()).contains("Too many open files")) {
        return true;
      }
    }
    return false;
  }

  /** What it means for the endpoint. */
  public static Outcome outcome(Throwable cause) {
    return full(cause) ? Outcome.IGNORED : Outcome.CONNECT_FAILED;
  }

  /** Why, in a few words. */
  public static String phrase(Throwable cause) {
    return switch (cause) {
      case NoRouteToHostException _ -> "no route to host";
      case ConnectTimeoutException _ -> "timed out";
      case HandshakeFailure failure -> String.valueOf(failure.getMessage());
      case TooManyPendingException full -> String.valueOf(full.getMessage());
      case ConnectException _ -> "refused";
      default -> noDescriptor(cause) ? "too many files are open" : cause.getClass().getSimpleName();
    };
  }
}
