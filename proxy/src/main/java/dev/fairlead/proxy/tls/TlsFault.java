package dev.fairlead.proxy.tls;

import java.util.Locale;

/** Why a handshake came to nothing. Their names are a metric label, so they must stay. */
public enum TlsFault {
  /** A request in clear text. */
  PLAIN_HTTP,
  /** Bytes that begin no handshake, or a ClientHello that breaks its own lengths. */
  BAD_HELLO,
  /** A ClientHello larger than anybody needs. */
  HELLO_TOO_LARGE,
  /** No listener is for the name that was asked for, or none was. */
  UNKNOWN_NAME,
  /** As many handshakes are under way as may be. */
  TOO_MANY,
  TIMEOUT,
  /** The other side closed before the end. */
  CLOSED,
  /** The other side refused: our certificate, most of the time. */
  ALERT,
  UNSUPPORTED_VERSION,
  NO_SHARED_CIPHER,
  /** The endpoint did not agree to HTTP/2 (ALPN), which its backend is said to speak. */
  NO_SHARED_PROTOCOL,
  NO_CERTIFICATE,
  /** Also one that is not valid yet. */
  EXPIRED_CERTIFICATE,
  /** No authority that is believed proves it. */
  UNTRUSTED_CERTIFICATE,
  WRONG_NAME,
  /** Of a SPIFFE trust domain that is not believed here, or of none. */
  WRONG_TRUST_DOMAIN,
  /** Any other breach of the protocol. */
  BROKEN;

  private final String id = name().toLowerCase(Locale.ROOT);

  /** A metric label: {@code unknown_name}. */
  public String id() {
    return id;
  }
}
