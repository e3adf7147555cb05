package dev.fairlead.proxy.tls;

import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The keys that session tickets are sealed with (RFC 5077, RFC 8446 §4.6.1): the first seals, all
 * open. All contexts share them, so that a ticket is good on each loop and after a reload. A ticket
 * lives as long as its key, which is what bounds the time for which a stolen key opens anything.
 */
final class TicketKeys {
  private static final int KEPT = 3;

  private final SecureRandom random = new SecureRandom();
  private OpenSslSessionTicketKey[] keys = {fresh()};

  private OpenSslSessionTicketKey fresh() {
    return new OpenSslSessionTicketKey(
        bytes(OpenSslSessionTicketKey.NAME_SIZE),
        bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
        bytes(OpenSslSessionTicketKey.AES_KEY_SIZE));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A new first key; the oldest goes. */
  void rotate() {
    int kept = Math.min(KEPT, keys.length + 1);
    OpenSslSessionTicketKey[] next = new OpenSslSessionTicketKey[kept];
    next[0] = fresh();
    System.arraycopy(keys, 0, next, 1, kept - 1);
    keys = next;
  }

  void give(OpenSslServerSessionContext sessions) {
    sessions.setTicketKeys(Arrays.copyOf(keys, keys.length));
  }
}
