package dev.fairlead.proxy.tls;

import java.util.List;

/** The certificates of one listener. Immutable; safe for any thread. */
public final class CompiledServerTls {
  private final List<ServerContext> contexts;

  CompiledServerTls(List<ServerContext> contexts) {
    this.contexts = List.copyOf(contexts);
  }

  /** Whether a client that was let in before may go on as who it is. */
  public boolean admits(TlsPeer peer) {
    return contexts.getFirst().demands().admit(peer);
  }

  /** The first whose certificate is for the name, in lower case; else the first of all. */
  public ServerContext forName(String serverName) {
    for (ServerContext context : contexts) {
      if (context.names().covers(serverName)) {
        return context;
      }
    }
    return contexts.getFirst();
  }
}
