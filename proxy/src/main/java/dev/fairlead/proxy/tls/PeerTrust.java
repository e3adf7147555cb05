package dev.fairlead.proxy.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A judge of the other side's certificate: first whether an authority proves it (RFC 5280), then
 * whether its names are the ones that are wanted. Each refusal says which of them it was.
 *
 * <p>An authority that has a SPIFFE id itself proves ids of its own trust domain only (X509-SVID
 * §4), so that domains which trust each other cannot speak for each other.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  /** What a certificate's names must be, once it is proven. */
  interface Names {
    void check(CertificateNames names) throws PeerRefusedException;
  }

  private final Names names;

  /** By the trust domains that authorities themselves are of. */
  private final Map<String, X509TrustManager> ofDomains = new HashMap<>();

  /** By the authorities without one; null if there is none. */
  private final @Nullable X509TrustManager others;

  private final X509Certificate[] issuers;

  private PeerTrust(List<X509Certificate> authorities, Names names) {
    this.names = names;
    this.issuers = authorities.toArray(X509Certificate[]::new);
    Map<String, List<X509Certificate>> byDomain = new HashMap<>();
    for (X509Certificate authority : authorities) {
      String domain = CertificateNames.of(authority).trustDomain();
      byDomain.computeIfAbsent(domain, key -> new ArrayList<>()).add(authority);
    }
    List<X509Certificate> general = byDomain.getOrDefault("", List.of());
    byDomain.remove("");
    byDomain.forEach(
        (domain, own) -> {
          own.addAll(general);
          ofDomains.put(domain, pkix(own));
        });
    this.others = general.isEmpty() ? null : pkix(general);
  }

  private PeerTrust(X509TrustManager system, Names names) {
    this.names = names;
    this.others = system;
    this.issuers = system.getAcceptedIssuers();
  }

  /**
   * Of clients.
   *
   * @param trustDomains of which their SPIFFE id must be; empty: any name will do
   */
  static PeerTrust clients(List<X509Certificate> authorities, Set<String> trustDomains) {
    return new PeerTrust(
        authorities,
        names -> {
          if (!trustDomains.isEmpty() && !trustDomains.contains(names.trustDomain())) {
            throw wrongDomain(names);
          }
        });
  }

  /**
   * Of endpoints.
   *
   * @param authorities empty: those of the system
   */
  static PeerTrust endpoints(List<X509Certificate> authorities, Names names) {
    return authorities.isEmpty()
        ? new PeerTrust(manager(null), names)
        : new PeerTrust(authorities, names);
  }

  private static X509TrustManager pkix(List<X509Certificate> authorities) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry(Integer.toString(i), authorities.get(i));
      }
      return manager(store);
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalArgumentException("the authorities cannot be used: " + e.getMessage(), e);
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore store) {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager each : factory.getTrustManagers()) {
        if (each instanceof X509TrustManager manager) {
          return manager;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the authorities cannot be used: " + e.getMessage(), e);
    }
    throw new IllegalStateException("this JDK has no PKIX");
  }

  private static PeerRefusedException wrongDomain(CertificateNames names) {
    return new PeerRefusedException(
        TlsFault.WRONG_TRUST_DOMAIN,
        "not of a trust domain that is believed: " + names.uris(),
        null);
  }

  private void check(X509Certificate[] chain, String authType, boolean client)
      throws CertificateException {
    X509Certificate leaf = chain[0];
    CertificateNames of = CertificateNames.of(leaf);
    try {
      leaf.checkValidity();
      X509TrustManager by = ofDomains.getOrDefault(of.trustDomain(), others);
      if (by == null) {
        throw wrongDomain(of);
      }
      if (client) {
        by.checkClientTrusted(chain, authType);
      } else {
        by.checkServerTrusted(chain, authType);
      }
    } catch (PeerRefusedException e) {
      throw e;
    } catch (CertificateException e) {
      throw new PeerRefusedException(
          outOfDate(e) ? TlsFault.EXPIRED_CERTIFICATE : TlsFault.UNTRUSTED_CERTIFICATE,
          leaf.getSubjectX500Principal() + ": " + e.getMessage(),
          e);
    }
    names.check(of);
  }

  private static boolean outOfDate(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, authType, true);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, authType, false);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, authType, true);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, authType, false);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, authType, true);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, authType, false);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return issuers.clone();
  }
}
