package dev.fairlead.discovery.certificate;

import java.nio.ByteBuffer;

/** The little of DER (X.690) that it takes to wrap an old form of private key into the new one. */
final class Der {
  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;

  private Der() {}

  /**
   * A key of PKCS #1 or SEC 1 as one of PKCS #8 (RFC 5958), which says before it of what kind it
   * is: the same as the public key says of itself.
   *
   * @param publicKey a SubjectPublicKeyInfo
   */
  static byte[] pkcs8(byte[] publicKey, byte[] key) {
    byte[] version = {INTEGER, 1, 0};
    return value(SEQUENCE, concat(version, algorithm(publicKey), value(OCTET_STRING, key)));
  }

  /** The first value inside the outermost sequence. */
  private static byte[] algorithm(byte[] publicKey) {
    ByteBuffer in = ByteBuffer.wrap(publicKey);
    in.get();
    length(in);
    int start = in.position();
    in.get();
    int length = length(in);
    byte[] algorithm = new byte[in.position() + length - start];
    in.get(start, algorithm);
    return algorithm;
  }

  private static int length(ByteBuffer in) {
    int first = in.get() & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = first & 0x7f; i > 0; i--) {
      length = length << 8 | (in.get() & 0xff);
    }
    return length;
  }

  private static byte[] value(int tag, byte[] content) {
    int length = content.length;
    byte[] head = {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    if (length < 0x80) {
      head = new byte[] {(byte) tag, (byte) length};
    } else if (length < 0x100) {
      head = new byte[] {(byte) tag, (byte) 0x81, (byte) length};
    }
    return concat(head, content);
  }

  private static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
