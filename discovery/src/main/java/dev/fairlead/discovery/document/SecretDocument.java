package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A Secret or ConfigMap with certificates in it. Other entries are left alone. */
public record SecretDocument(Metadata metadata, CertificateTexts<String> texts)
    implements Document {
  private static final Reader<String> BASE64 =
      value ->
          Scalars.TEXT
              .read(value)
              .flatMap(
                  text -> {
                    try {
                      byte[] bytes = Base64.getDecoder().decode(text.replaceAll("\\s", ""));
                      return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
                    } catch (IllegalArgumentException e) {
                      value.problem(
                          "is not base64", "encode it, or write it as it is into stringData");
                      return Optional.empty();
                    }
                  });

  static SecretDocument secret(Metadata metadata, Fields document) {
    document.optional("type", Scalars.TEXT);
    document.optional("immutable", Scalars.BOOLEAN);
    CertificateTexts<String> encoded =
        document.optional("data", CertificateTexts.entries(BASE64), CertificateTexts.none());
    CertificateTexts<String> plain =
        document.optional(
            "stringData", CertificateTexts.entries(Scalars.TEXT), CertificateTexts.none());
    // Kubernetes lets what is plain win.
    return new SecretDocument(metadata, plain.or(encoded));
  }

  static SecretDocument configMap(Metadata metadata, Fields document) {
    document.optional("immutable", Scalars.BOOLEAN);
    document.ignored("binaryData");
    return new SecretDocument(
        metadata,
        document.optional("data", CertificateTexts.entries(Scalars.TEXT), CertificateTexts.none()));
  }
}
