package dev.fairlead.proxy.tls;

import dev.fairlead.route.ServerTls.TlsVersion;
import io.netty.handler.ssl.CipherSuiteFilter;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What is spoken: TLS 1.3, and of 1.2 what has forward secrecy and AEAD (RFC 9325 §4.2). */
final class Suites {
  static final List<String> ALL =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  static final CipherSuiteFilter SUPPORTED = SupportedCipherSuiteFilter.INSTANCE;

  /** How long a session may be taken up again; a ticket's key bounds it too. */
  static final long SESSION_SECONDS = TimeUnit.HOURS.toSeconds(2);

  private Suites() {}

  static List<String> protocols(TlsVersion oldest) {
    return switch (oldest) {
      case TLS_1_2 -> List.of("TLSv1.3", "TLSv1.2");
      case TLS_1_3 -> List.of("TLSv1.3");
    };
  }
}
