package dev.fairlead.proxy.tls;

import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;

/** Who the other side of a session proved to be. */
interface PeerIdentity {
  /** Nobody is asked. */
  PeerIdentity NONE = session -> "";

  /** The identity as text; empty if none was proven. */
  String of(SSLSession session);

  /**
   * Judges the certificate again: a session that is resumed was judged when it began, and where a
   * certificate need not be believed nobody judged it at all.
   */
  static PeerIdentity judged(PeerTrust trust) {
    return session -> {
      try {
        Certificate[] proven = session.getPeerCertificates();
        X509Certificate[] chain = Arrays.copyOf(proven, proven.length, X509Certificate[].class);
        trust.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
        CertificateNames names = CertificateNames.of(chain[0]);
        return names.uris().isEmpty()
            ? chain[0].getSubjectX500Principal().getName(X500Principal.RFC2253)
            : names.uris().getFirst();
      } catch (SSLPeerUnverifiedException | CertificateException nobody) {
        return "";
      }
    };
  }
}
