package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A CertificateFiles: certificates that somebody else puts into files and renews there. */
public record CertificateFilesDocument(Metadata metadata, CertificateTexts<Path> files)
    implements Document {
  /** A path; one that is not absolute begins where the document's file is. */
  private static final Reader<Path> PATH =
      value ->
          Scalars.TEXT
              .read(value)
              .flatMap(
                  text -> {
                    try {
                      Path path = Path.of(text);
                      if (!text.isEmpty()) {
                        return Optional.of(Path.of(value.file()).resolveSibling(path));
                      }
                    } catch (InvalidPathException e) {
                      // Reported with the empty one.
                    }
                    value.problem(Quoted.of(text) + " is not a path", "");
                    return Optional.empty();
                  });

  static CertificateFilesDocument read(Metadata metadata, Fields spec) {
    Optional<Located<Path>> folder = spec.optional("folder", Structures.located(PATH));
    CertificateTexts<Path> named =
        new CertificateTexts<>(
            spec.optional("certificate", Structures.located(PATH)),
            spec.optional("key", Structures.located(PATH)),
            spec.optional("authorities", Structures.located(PATH)));
    boolean none =
        named.certificate().isEmpty() && named.key().isEmpty() && named.authorities().isEmpty();
    if (folder.isEmpty() && none) {
      spec.value().problem("names no file", "add folder, or certificate and key, or authorities");
    }
    CertificateTexts<Path> inside =
        new CertificateTexts<>(
            folder.map(where -> within(where, CertificateTexts.CERTIFICATE)),
            folder.map(where -> within(where, CertificateTexts.KEY)),
            folder.map(where -> within(where, CertificateTexts.AUTHORITIES)));
    return new CertificateFilesDocument(metadata, named.or(inside));
  }

  private static Located<Path> within(Located<Path> folder, String name) {
    return new Located<>(folder.read().resolve(name), folder.at());
  }
}
