package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import java.util.Optional;
import java.util.function.Function;

/** What a document holds of certificates, in PEM or as the names of files in PEM. */
public record CertificateTexts<T>(
    Optional<Located<T>> certificate, Optional<Located<T>> key, Optional<Located<T>> authorities) {
  static final String CERTIFICATE = "tls.crt";
  static final String KEY = "tls.key";
  static final String AUTHORITIES = "ca.crt";

  /** Reads the entries of a Secret or ConfigMap by their names; all others mean nothing here. */
  static <T> Reader<CertificateTexts<T>> entries(Reader<T> text) {
    return Structures.object(fields -> entries(fields, text));
  }

  private static <T> CertificateTexts<T> entries(Fields fields, Reader<T> text) {
    Reader<Located<T>> located = Structures.located(text);
    CertificateTexts<T> entries =
        new CertificateTexts<>(
            fields.optional(CERTIFICATE, located),
            fields.optional(KEY, located),
            fields.optional(AUTHORITIES, located));
    fields.ignoreRest();
    return entries;
  }

  static <T> CertificateTexts<T> none() {
    return new CertificateTexts<>(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** These, and the other's where these have none. */
  CertificateTexts<T> or(CertificateTexts<T> other) {
    return new CertificateTexts<>(
        certificate.or(other::certificate), key.or(other::key), authorities.or(other::authorities));
  }

  public <R> CertificateTexts<R> map(Function<T, R> each) {
    return new CertificateTexts<>(
        certificate.map(c -> new Located<>(each.apply(c.read()), c.at())),
        key.map(k -> new Located<>(each.apply(k.read()), k.at())),
        authorities.map(a -> new Located<>(each.apply(a.read()), a.at())));
  }

  /** Without the texts, of which one is a secret. */
  @Override
  public String toString() {
    return "CertificateTexts";
  }
}
