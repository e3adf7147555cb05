package dev.fairlead.discovery.resolve;

import dev.fairlead.discovery.certificate.BadCertificate;
import dev.fairlead.discovery.certificate.CertificateFile;
import dev.fairlead.discovery.certificate.Pem;
import dev.fairlead.discovery.document.CertificateFilesDocument;
import dev.fairlead.discovery.document.CertificateRef;
import dev.fairlead.discovery.document.CertificateTexts;
import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.document.Metadata;
import dev.fairlead.discovery.document.SecretDocument;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.CertifiedKey;
import dev.fairlead.route.Credentials;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Resolves references to certificates, each of which is read once, from documents or from the files
 * that they name.
 */
final class Certificates {
  private final Index index;
  private final Grants grants;
  private final Map<String, Optional<CertifiedKey>> keys = new HashMap<>();
  private final Map<String, Optional<List<X509Certificate>>> authorities = new HashMap<>();
  private final SortedSet<Path> files = new TreeSet<>();

  Certificates(Index index, Grants grants) {
    this.index = index;
    this.grants = grants;
  }

  /** The name of a certificate with its key; empty where it cannot be used, which is reported. */
  Optional<String> key(CertificateRef ref, Metadata from) {
    if (!grants.follows(from, ref.kind(), ref.namespace(), ref.name(), ref.at())) {
      return Optional.empty();
    }
    return resolve(ref, keys, this::findKey);
  }

  /** The names of authorities; those that cannot be used are reported and left out. */
  List<String> authorities(List<CertificateRef> refs, Metadata from) {
    return refs.stream()
        .peek(ref -> grants.check(from, ref.kind(), ref.namespace(), ref.name(), ref.at()))
        .map(ref -> resolve(ref, authorities, this::findAuthorities))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  /** What all names that were given out refer to. */
  Credentials credentials() {
    return new Credentials(usable(keys), usable(authorities));
  }

  /** The files that certificates were looked for in. */
  SortedSet<Path> files() {
    return files;
  }

  private static <T> SortedMap<String, T> usable(Map<String, Optional<T>> found) {
    SortedMap<String, T> usable = new TreeMap<>();
    found.forEach((name, each) -> each.ifPresent(some -> usable.put(name, some)));
    return usable;
  }

  private static <T> Optional<String> resolve(
      CertificateRef ref,
      Map<String, Optional<T>> known,
      Function<CertificateRef, Optional<T>> find) {
    String target = ref.target();
    Optional<T> found = known.get(target);
    if (found == null) {
      found = find.apply(ref);
      known.put(target, found);
    }
    return found.map(usable -> target);
  }

  /** A key that is missing closes one listener; the others go on. */
  private Optional<CertifiedKey> findKey(CertificateRef ref) {
    Optional<SecretDocument> secret =
        ref.kind().equals(Kinds.SECRET)
            ? index.follow(SecretDocument.class, ref.kind(), ref.namespace(), ref.name(), ref.at())
            : Optional.empty();
    return find(ref, secret, this::readKey);
  }

  /** Without authorities anybody would be trusted, or nobody: the reference must be right. */
  private Optional<List<X509Certificate>> findAuthorities(CertificateRef ref) {
    Optional<SecretDocument> texts =
        ref.kind().equals(Kinds.CERTIFICATE_FILES)
            ? Optional.empty()
            : index.resolve(
                SecretDocument.class, ref.kind(), ref.namespace(), ref.name(), ref.at());
    return find(ref, texts, this::readAuthorities);
  }

  private <T> Optional<T> find(
      CertificateRef ref,
      Optional<SecretDocument> texts,
      BiFunction<CertificateTexts<Source>, Value, Optional<T>> read) {
    if (ref.kind().equals(Kinds.CERTIFICATE_FILES)) {
      return index
          .resolve(
              CertificateFilesDocument.class, ref.kind(), ref.namespace(), ref.name(), ref.at())
          .flatMap(named -> read.apply(named.files().map(this::file), named.metadata().at()));
    }
    return texts.flatMap(
        found ->
            read.apply(
                found.texts().map(text -> new Source("", () -> text)), found.metadata().at()));
  }

  /** Where a text is; {@code name} begins what is said of it. */
  private record Source(String name, Supplier<String> text) {}

  private Source file(Path path) {
    return new Source(
        "the file " + path + " ",
        () -> {
          files.add(path);
          return CertificateFile.read(path);
        });
  }

  private Optional<CertifiedKey> readKey(CertificateTexts<Source> texts, Value document) {
    return part(texts.certificate(), "certificate (tls.crt)", document, Pem::chain)
        .flatMap(
            chain ->
                part(
                    texts.key(), "key (tls.key)", document, text -> Pem.certifiedKey(chain, text)));
  }

  private Optional<List<X509Certificate>> readAuthorities(
      CertificateTexts<Source> texts, Value document) {
    return part(texts.authorities(), "authorities (ca.crt)", document, Pem::authorities);
  }

  private static <T> Optional<T> part(
      Optional<Located<Source>> found, String name, Value document, Function<String, T> parse) {
    if (found.isEmpty()) {
      document.problem("has no " + name, "");
      return Optional.empty();
    }
    Source source = found.get().read();
    try {
      return Optional.of(parse.apply(source.text.get()));
    } catch (BadCertificate e) {
      found.get().at().problem(source.name + e.message(), e.hint());
      return Optional.empty();
    }
  }
}
