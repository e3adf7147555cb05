package dev.fairlead.proxy.http1;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What an upstream is told of the client, as bytes, made once for each client connection.
 *
 * <p>X-Forwarded-For, -Proto and -Host of an untrusted peer are replaced, and its other forwarded
 * headers (the rest of X-Forwarded-…, Forwarded, X-Real-IP) removed; a trusted one's stay and its
 * address is appended to X-Forwarded-For.
 */
public final class ClientInfo {
  private static final byte[] FOR = Ascii.bytes("x-forwarded-for: ");
  private static final byte[] PROTO = Ascii.bytes("x-forwarded-proto: ");
  private static final byte[] HOST = Ascii.bytes("x-forwarded-host: ");
  private static final byte[] FOR_NAME = Ascii.bytes("x-forwarded-for");
  private static final byte[] PROTO_NAME = Ascii.bytes("x-forwarded-proto");
  private static final byte[] HOST_NAME = Ascii.bytes("x-forwarded-host");
  private static final byte[] COMMA = Ascii.bytes(", ");
  private static final byte[] CRLF = Ascii.bytes("\r\n");

  /** Of {@code https}, which one letter tells from {@code http}. */
  private static final int SECURE_LENGTH = 5;

  /** Nobody, of whom an upstream is told nothing: requests of our own. */
  public static final ClientInfo NOBODY = new ClientInfo();

  private final byte[] address;
  private final byte[] proto;
  private final boolean trusted;

  /** All that does not depend on the request, for peers whose word does not count. */
  private final byte[] ready;

  private ClientInfo() {
    address = new byte[0];
    proto = new byte[0];
    trusted = true;
    ready = new byte[0];
  }

  /**
   * @param address the client's IP literal, without port
   * @param proto {@code http} or {@code https}
   * @param trusted whether the peer is a proxy whose word on the client counts
   */
  public ClientInfo(String address, String proto, boolean trusted) {
    this.address = Ascii.bytes(CompiledEdits.checkedValue("x-forwarded-for", address));
    this.proto = Ascii.bytes(CompiledEdits.checkedValue("x-forwarded-proto", proto));
    this.trusted = trusted;
    this.ready =
        Ascii.bytes(
            "x-forwarded-for: "
                + address
                + "\r\nx-forwarded-proto: "
                + proto
                + "\r\nx-forwarded-host: ");
  }

  /** Of a peer, by who it is and how it came. */
  public static ClientInfo of(String address, boolean secure, TrustedPeers trusted) {
    return new ClientInfo(address, secure ? "https" : "http", trusted.contains(address));
  }

  /** The client's IP literal. */
  public String address() {
    return new String(address, StandardCharsets.ISO_8859_1);
  }

  /** Whether the peer is a proxy whose word on the client counts. */
  public boolean trusted() {
    return trusted;
  }

  /** Whether the client came by TLS. */
  public boolean secure() {
    return proto.length == SECURE_LENGTH;
  }

  /** Whether the client's own header of this id is left out. */
  boolean replaces(byte id) {
    return switch (id) {
      case KnownHeader.X_FORWARDED_FOR -> true;
      case KnownHeader.X_FORWARDED_PROTO,
          KnownHeader.X_FORWARDED_HOST,
          KnownHeader.X_FORWARDED_PORT,
          KnownHeader.X_FORWARDED_OTHER,
          KnownHeader.FORWARDED,
          KnownHeader.X_REAL_IP ->
          !trusted;
      default -> false;
    };
  }

  void write(ByteBuf out, RequestHead head, CompiledEdits edits) {
    if (isNobody()) {
      return;
    }
    if (!trusted
        && !edits.replacesForwardedFor
        && !edits.replacesForwardedProto
        && !edits.replacesForwardedHost) {
      out.writeBytes(ready);
      out.writeBytes(head.bytes, head.authorityStart, head.authorityEnd - head.authorityStart);
      out.writeBytes(CRLF);
      return;
    }
    if (!edits.replacesForwardedFor) {
      out.writeBytes(FOR);
      writeAddresses(out, head);
      out.writeBytes(CRLF);
    }
    if (!edits.replacesForwardedProto && !keeps(head, KnownHeader.X_FORWARDED_PROTO)) {
      out.writeBytes(PROTO);
      out.writeBytes(proto);
      out.writeBytes(CRLF);
    }
    if (!edits.replacesForwardedHost && !keeps(head, KnownHeader.X_FORWARDED_HOST)) {
      out.writeBytes(HOST);
      out.writeBytes(head.bytes, head.authorityStart, head.authorityEnd - head.authorityStart);
      out.writeBytes(CRLF);
    }
  }

  /**
   * Gives the same fields to an encoding other than HTTP/1.1's.
   *
   * @param scratch a heap buffer, whose content is lost
   */
  void fields(FieldSink sink, RequestHead head, CompiledEdits edits, ByteBuf scratch) {
    if (isNobody()) {
      return;
    }
    if (!edits.replacesForwardedFor) {
      scratch.clear();
      writeAddresses(scratch, head);
      sink.field(
          KnownHeader.X_FORWARDED_FOR,
          FOR_NAME,
          0,
          FOR_NAME.length,
          scratch.array(),
          0,
          scratch.writerIndex());
    }
    if (!edits.replacesForwardedProto && !keeps(head, KnownHeader.X_FORWARDED_PROTO)) {
      sink.field(KnownHeader.X_FORWARDED_PROTO, PROTO_NAME, proto);
    }
    if (!edits.replacesForwardedHost && !keeps(head, KnownHeader.X_FORWARDED_HOST)) {
      sink.field(
          KnownHeader.X_FORWARDED_HOST,
          HOST_NAME,
          0,
          HOST_NAME.length,
          head.bytes,
          head.authorityStart,
          head.authorityEnd);
    }
  }

  private boolean isNobody() {
    return proto.length == 0;
  }

  /** Writes the addresses that a trusted peer named, then the peer's own. */
  private void writeAddresses(ByteBuf out, RequestHead head) {
    for (int i = 0; trusted && i < head.count; i++) {
      if (head.known[i] == KnownHeader.X_FORWARDED_FOR && head.valueEnd[i] > head.valueStart[i]) {
        out.writeBytes(head.bytes, head.valueStart[i], head.valueEnd[i] - head.valueStart[i]);
        out.writeBytes(COMMA);
      }
    }
    out.writeBytes(address);
  }

  private boolean keeps(RequestHead head, byte id) {
    return trusted && head.find(id) >= 0;
  }
}
