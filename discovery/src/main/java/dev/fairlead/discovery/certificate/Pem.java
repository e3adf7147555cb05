package dev.fairlead.discovery.certificate;

import dev.fairlead.route.CertifiedKey;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A reader of certificates and keys in PEM (RFC 7468), of the kinds that servers use. */
public final class Pem {
  /** A chain of a public authority has three. */
  static final int MAX_CHAIN = 32;

  /** A system's bundle of all authorities has some 150. */
  static final int MAX_AUTHORITIES = 1000;

  /** What authorities have not signed for years. */
  private static final int MIN_RSA_BITS = 2048;

  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");

  private static final String CERTIFICATE = "CERTIFICATE";

  private Pem() {}

  private record Block(String label, String base64) {
    byte[] bytes() {
      try {
        return Base64.getDecoder().decode(base64.replaceAll("[ \t\r\n]", ""));
      } catch (IllegalArgumentException e) {
        throw new BadCertificate("has a " + label + " that is not base64", "");
      }
    }
  }

  /**
   * The certificates of a key, its own first.
   *
   * @throws BadCertificate if one cannot be read, there is none, or the key's is of a kind or
   *     length that is not used
   */
  public static List<X509Certificate> chain(String text) {
    List<X509Certificate> chain = certificates(text, MAX_CHAIN);
    checkAlgorithm(chain.getFirst().getPublicKey());
    return chain;
  }

  /**
   * A chain with its key.
   *
   * @param text the key, not encrypted, in PKCS #8, PKCS #1 or SEC 1
   * @throws BadCertificate if it cannot be read or is another certificate's
   */
  public static CertifiedKey certifiedKey(List<X509Certificate> chain, String text) {
    PublicKey known = chain.getFirst().getPublicKey();
    PrivateKey key = privateKey(text, known);
    checkPair(known, key);
    return new CertifiedKey(chain, key);
  }

  /**
   * Certificates of authorities.
   *
   * @throws BadCertificate if one cannot be read or there is none
   */
  public static List<X509Certificate> authorities(String text) {
    return certificates(text, MAX_AUTHORITIES);
  }

  private static List<X509Certificate> certificates(String text, int max) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(text)) {
      if (block.label.equals(CERTIFICATE)) {
        certificates.add(certificate(block.bytes()));
      }
      if (certificates.size() > max) {
        throw new BadCertificate("has more than " + max + " certificates", "");
      }
    }
    if (certificates.isEmpty()) {
      throw new BadCertificate("has no certificate", "begin it with -----BEGIN CERTIFICATE-----");
    }
    return certificates;
  }

  private static X509Certificate certificate(byte[] bytes) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(bytes));
    } catch (CertificateException e) {
      throw new BadCertificate("has a certificate that cannot be read", "");
    }
  }

  private static void checkAlgorithm(PublicKey key) {
    boolean known = key.getAlgorithm().equals("RSA") || key.getAlgorithm().equals("EC");
    if (!known) {
      throw new BadCertificate(
          "is for a key of kind " + key.getAlgorithm(), "use an EC or RSA key");
    }
    if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      throw new BadCertificate(
          "is for an RSA key of " + rsa.getModulus().bitLength() + " bits",
          "use at least " + MIN_RSA_BITS);
    }
  }

  private static PrivateKey privateKey(String text, PublicKey of) {
    Optional<Block> found =
        blocks(text).stream().filter(block -> block.label.endsWith("PRIVATE KEY")).findFirst();
    if (found.isEmpty()) {
      throw new BadCertificate("has no private key", "begin it with -----BEGIN PRIVATE KEY-----");
    }
    Block block = found.get();
    byte[] pkcs8 =
        switch (block.label) {
          case "PRIVATE KEY" -> block.bytes();
          case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> Der.pkcs8(of.getEncoded(), block.bytes());
          case "ENCRYPTED PRIVATE KEY" ->
              throw new BadCertificate("is encrypted", "store it without a password");
          default -> throw new BadCertificate("is of a kind that is not known", "use PKCS #8");
        };
    try {
      return KeyFactory.getInstance(of.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new BadCertificate(
          "has a private key that cannot be read as " + of.getAlgorithm(),
          "the certificate is for a key of that kind");
    }
  }

  private static void checkPair(PublicKey known, PrivateKey key) {
    byte[] probe = {1};
    boolean pair;
    try {
      String algorithm = known.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(known);
      signature.update(probe);
      pair = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      pair = false;
    }
    if (!pair) {
      throw new BadCertificate("has a private key that is not the certificate's", "");
    }
  }

  private static List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    Matcher begin = BEGIN.matcher(text);
    int from = 0;
    while (begin.find(from)) {
      String label = begin.group(1);
      String last = "-----END " + label + "-----";
      int end = text.indexOf(last, begin.end());
      if (end < 0) {
        throw new BadCertificate("has a " + label + " without end", "");
      }
      blocks.add(new Block(label, text.substring(begin.end(), end)));
      from = end + last.length();
    }
    return blocks;
  }
}
