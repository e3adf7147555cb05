package dev.fairlead.proxy.downstream;

import dev.fairlead.proxy.exchange.Loop;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** A client's connection in the list of its loop's, whatever is spoken on it. */
public abstract class ClientConnection extends ChannelInboundHandlerAdapter {
  final Clients clients;
  final Loop loop;
  @Nullable ClientConnection previous;
  @Nullable ClientConnection next;

  ClientConnection(Clients clients) {
    this.clients = clients;
    this.loop = clients.loop;
  }

  /** Goes on with a connection that {@code from} has made ready. */
  abstract void takeOver(ClientConnection from);

  /** The server goes: closes unless a request is under way or came since then. */
  abstract void closeIfQuiet(long since);

  /** The server goes: says so, where the protocol can before its next answer. */
  void drain() {}

  /** Closes at once; returns how many requests that cut off. */
  abstract int cut();
}
