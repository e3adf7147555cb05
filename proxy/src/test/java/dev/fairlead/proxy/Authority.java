package dev.fairlead.proxy;

import dev.fairlead.route.CertifiedKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An authority that certifies what a test needs, with just as much of DER as that takes. */
public final class Authority {
  private static final byte[] ECDSA_WITH_SHA256 = oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2);
  private static final byte[] COMMON_NAME = oid(0x55, 4, 3);
  private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
  private static final byte[] SUBJECT_ALT_NAME = oid(0x55, 0x1d, 0x11);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final AtomicInteger SERIAL = new AtomicInteger();

  final X509Certificate certificate;
  private final KeyPair keys = keys();
  private final String name;

  /** One that has these names itself. */
  public Authority(String name, String... names) {
    this.name = name;
    this.certificate = sign(name, keys, true, Instant.now().plusSeconds(86400), names);
  }

  /**
   * A key for these names, for a day.
   *
   * @param names URIs are those with a colon, all others are hosts
   */
  public CertifiedKey key(String... names) {
    return key(Instant.now().plusSeconds(86400), names);
  }

  /** One that is valid until then. */
  CertifiedKey key(Instant until, String... names) {
    KeyPair own = keys();
    return new CertifiedKey(List.of(sign("leaf", own, false, until, names)), own.getPrivate());
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private X509Certificate sign(
      String subject, KeyPair of, boolean authority, Instant until, String... names) {
    List<byte[]> extensions = new ArrayList<>();
    if (authority) {
      byte[] yes = {1, 1, (byte) 0xff};
      extensions.add(der(0x30, BASIC_CONSTRAINTS, yes, der(4, der(0x30, yes))));
    }
    if (names.length > 0) {
      byte[][] all = new byte[names.length][];
      for (int i = 0; i < names.length; i++) {
        int choice = names[i].contains(":") ? 0x86 : 0x82;
        all[i] = der(choice, names[i].getBytes(StandardCharsets.US_ASCII));
      }
      extensions.add(der(0x30, SUBJECT_ALT_NAME, der(4, der(0x30, all))));
    }
    byte[] algorithm = der(0x30, ECDSA_WITH_SHA256);
    byte[] content =
        der(
            0x30,
            der(0xa0, new byte[] {2, 1, 2}),
            der(2, BigInteger.valueOf(SERIAL.incrementAndGet()).toByteArray()),
            algorithm,
            named(name),
            der(0x30, time(Instant.now().minusSeconds(172800)), time(until)),
            named(subject),
            of.getPublic().getEncoded(),
            der(0xa3, der(0x30, extensions.toArray(byte[][]::new))));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(content);
      byte[] bits = concat(new byte[] {0}, signature.sign());
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(der(0x30, content, algorithm, der(3, bits))));
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] named(String name) {
    byte[] text = der(0x0c, name.getBytes(StandardCharsets.UTF_8));
    return der(0x30, der(0x31, der(0x30, COMMON_NAME, text)));
  }

  private static byte[] time(Instant instant) {
    return der(0x17, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] oid(int... bytes) {
    byte[] value = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      value[i] = (byte) bytes[i];
    }
    return der(6, value);
  }

  private static byte[] der(int tag, byte[]... parts) {
    byte[] content = concat(parts);
    int length = content.length;
    byte[] size = {(byte) 0x82, (byte) (length >> 8), (byte) length};
    if (length < 0x80) {
      size = new byte[] {(byte) length};
    } else if (length < 0x100) {
      size = new byte[] {(byte) 0x81, (byte) length};
    }
    return concat(new byte[] {(byte) tag}, size, content);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
