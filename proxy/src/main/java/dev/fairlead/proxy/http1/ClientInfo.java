package dev.fairlead.proxy.http1;

/**
 * What an upstream is told of the client, as bytes, made once for each client connection.
 *
 * <p>X-Forwarded-For, -Proto and -Host of an untrusted peer are replaced, and its other forwarded
 * headers (-Port, Forwarded, X-Real-IP) removed; a trusted one's stay and its address is appended
 * to X-Forwarded-For.
 */
public final class ClientInfo {
  final byte[] address;
  final byte[] proto;
  final boolean trusted;

  /**
   * @param address the client's IP literal, without port
   * @param proto {@code http} or {@code https}
   * @param trusted whether the peer is a proxy whose word on the client counts
   */
  public ClientInfo(String address, String proto, boolean trusted) {
    this.address = Ascii.bytes(address);
    this.proto = Ascii.bytes(proto);
    this.trusted = trusted;
  }
}
