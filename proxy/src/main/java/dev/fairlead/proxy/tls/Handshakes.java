package dev.fairlead.proxy.tls;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What the engines say of a handshake. */
public final class Handshakes {
  /** Parts of the two engines' messages, in lower case; the first that occurs decides. */
  private static final List<Word> WORDS =
      List.of(
          new Word("unsupported_protocol", TlsFault.UNSUPPORTED_VERSION),
          new Word("unsupported protocol", TlsFault.UNSUPPORTED_VERSION),
          new Word("protocol_version", TlsFault.UNSUPPORTED_VERSION),
          new Word("protocol version", TlsFault.UNSUPPORTED_VERSION),
          new Word("client requested protocol", TlsFault.UNSUPPORTED_VERSION),
          new Word("no_shared_cipher", TlsFault.NO_SHARED_CIPHER),
          new Word("no cipher suites in common", TlsFault.NO_SHARED_CIPHER),
          new Word("peer_did_not_return_a_certificate", TlsFault.NO_CERTIFICATE),
          new Word("empty client certificate chain", TlsFault.NO_CERTIFICATE),
          new Word("certificate required", TlsFault.NO_CERTIFICATE),
          new Word("certificate_required", TlsFault.NO_CERTIFICATE),
          new Word("alert", TlsFault.ALERT));

  private record Word(String part, TlsFault meaning) {}

  private Handshakes() {}

  /** Whether a handshake took up an earlier session; as far as the engine says so. */
  public static boolean resumed(SslHandler done) {
    return done.engine() instanceof ReferenceCountedOpenSslEngine engine
        && SSL.isSessionReused(engine.sslPointer());
  }

  /** Why a handshake failed. */
  public static TlsFault fault(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PeerRefusedException refused) {
        return refused.fault;
      }
      if (cause instanceof SslHandshakeTimeoutException) {
        return TlsFault.TIMEOUT;
      }
      if (cause instanceof NotSslRecordException) {
        return TlsFault.BROKEN;
      }
      if (cause instanceof SSLException) {
        TlsFault found = byWords(String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT));
        if (found != TlsFault.BROKEN) {
          return found;
        }
      }
      if (cause instanceof ClosedChannelException) {
        return TlsFault.CLOSED;
      }
    }
    return failure instanceof SSLException ? TlsFault.BROKEN : TlsFault.CLOSED;
  }

  /**
   * A handshake that went well to a wrong end.
   *
   * @param agreed what the endpoint agreed to instead; null: nothing
   */
  public static Throwable noSharedProtocol(@Nullable String agreed) {
    String instead = agreed == null ? "none" : agreed;
    return new PeerRefusedException(
        TlsFault.NO_SHARED_PROTOCOL,
        "the endpoint did not agree to the protocol that was asked for (ALPN), but to " + instead,
        null);
  }

  private static TlsFault byWords(String message) {
    for (Word word : WORDS) {
      if (message.contains(word.part)) {
        return word.meaning;
      }
    }
    return TlsFault.BROKEN;
  }

  /**
   * Whether what a connection met is no fault of ours: that the other side reset it or broke TLS.
   */
  public static boolean isLife(Throwable cause) {
    return cause instanceof IOException
        || (cause instanceof DecoderException && cause.getCause() instanceof IOException);
  }

  /** What to say of a failure: its innermost reason. */
  public static String detail(Throwable failure) {
    Throwable inner = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      inner = cause;
      if (cause instanceof PeerRefusedException) {
        break;
      }
    }
    String message = inner.getMessage();
    return message == null ? inner.getClass().getSimpleName() : message;
  }
}
