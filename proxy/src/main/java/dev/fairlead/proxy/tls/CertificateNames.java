package dev.fairlead.proxy.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The names that a certificate is for (its subjectAltName; the subject itself names nobody, RFC
 * 9525 §2).
 *
 * @param hosts DNS names in lower case; {@code *.} stands for one label
 * @param uris as they are
 */
public record CertificateNames(List<String> hosts, List<String> uris) {
  public static final CertificateNames NONE = new CertificateNames(List.of(), List.of());

  /** {@code GeneralName}'s choices (RFC 5280 §4.2.1.6). */
  private static final int DNS_NAME = 2;

  private static final int URI = 6;

  private static final String SPIFFE = "spiffe://";

  public CertificateNames {
    hosts = List.copyOf(hosts);
    uris = List.copyOf(uris);
  }

  /** Of a certificate whose names cannot be read: none. */
  public static CertificateNames of(X509Certificate certificate) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return NONE;
    }
    if (names == null) {
      return NONE;
    }
    List<String> hosts = new ArrayList<>();
    List<String> uris = new ArrayList<>();
    for (List<?> name : names) {
      if (name.get(0) instanceof Integer type && name.get(1) instanceof String text) {
        if (type == DNS_NAME) {
          hosts.add(text.toLowerCase(Locale.ROOT));
        } else if (type == URI) {
          uris.add(text);
        }
      }
    }
    return new CertificateNames(hosts, uris);
  }

  /** Whether the certificate is for this host; lower case. */
  public boolean covers(String host) {
    for (String name : hosts) {
      if (name.equals(host) || (name.startsWith("*.") && below(host, name.substring(1)))) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code host} has exactly one label more than the suffix, dot included. */
  private static boolean below(String host, String suffix) {
    int label = host.length() - suffix.length();
    return label > 0 && host.endsWith(suffix) && host.indexOf('.') == label;
  }

  /**
   * The trust domain of the certificate's SPIFFE id; empty if it has none. One with several URIs
   * has none either: which of them it stands for cannot be told (X509-SVID §2).
   */
  String trustDomain() {
    if (uris.size() != 1 || !uris.getFirst().startsWith(SPIFFE)) {
      return "";
    }
    String rest = uris.getFirst().substring(SPIFFE.length());
    int slash = rest.indexOf('/');
    return slash < 0 ? rest : rest.substring(0, slash);
  }
}
