package dev.fairlead.proxy.tls;

import io.netty.util.ReferenceCountUtil;
import java.lang.ref.Cleaner;

/**
 * Frees a context of BoringSSL once nobody can begin a handshake with it any more: neither a
 * configuration in force nor a request that began under an older one. Who that is only the garbage
 * collector knows; handshakes and connections hold on to the context by themselves.
 */
final class Release {
  private static final Cleaner CLEANER = Cleaner.create();

  private Release() {}

  /**
   * @param owner which is given out
   * @param context which only the owner knows, and which must not know the owner
   */
  static void after(Object owner, Object context) {
    CLEANER.register(owner, () -> ReferenceCountUtil.release(context));
  }
}
