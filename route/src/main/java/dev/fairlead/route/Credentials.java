package dev.fairlead.route;

import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All certificates, by the names with which the rest of a configuration refers to them: so the rest
 * holds no secret.
 *
 * @param keys what we prove ourselves with
 * @param authorities whom we believe; none is empty
 */
public record Credentials(
    SortedMap<String, CertifiedKey> keys, SortedMap<String, List<X509Certificate>> authorities) {
  public static final Credentials NONE = new Credentials(new TreeMap<>(), new TreeMap<>());

  public Credentials {
    keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    authorities = Collections.unmodifiableSortedMap(new TreeMap<>(authorities));
  }

  /**
   * The key of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public CertifiedKey key(String name) {
    return known(keys, name);
  }

  /** The authorities of that name; throws as {@link #key}. */
  public List<X509Certificate> authorities(String name) {
    return known(authorities, name);
  }

  private static <T> T known(SortedMap<String, T> all, String name) {
    T found = all.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no certificate '" + name + "'");
    }
    return found;
  }
}
