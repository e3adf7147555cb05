package dev.fairlead.discovery.certificate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file with certificates or a key in it. */
public final class CertificateFile {
  /** Several times a bundle of all public authorities. */
  private static final int MAX_BYTES = 1024 * 1024;

  private CertificateFile() {}

  /**
   * What it says.
   *
   * @throws BadCertificate if it cannot be read
   */
  public static String read(Path file) {
    if (!Files.exists(file)) {
      throw new BadCertificate("does not exist", "");
    }
    // A pipe or device would never end.
    if (!Files.isRegularFile(file)) {
      throw new BadCertificate("is not a regular file", "");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new BadCertificate("is larger than 1MiB", "");
      }
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (AccessDeniedException e) {
      throw new BadCertificate("may not be read", "let the process's user read it");
    } catch (IOException e) {
      throw new BadCertificate("cannot be read", "");
    }
  }
}
