package dev.fairlead.proxy;

import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** A client's connection in its loop's list of them, whatever is spoken on it. */
abstract class ClientConnection extends ChannelInboundHandlerAdapter {
  @Nullable ClientConnection previous;
  @Nullable ClientConnection next;

  /** Goes on with a connection that {@code from} has made ready. */
  abstract void takeOver(ClientConnection from);

  /** The server goes: closes unless a request is under way or came since then. */
  abstract void closeIfQuiet(long since);

  /** The server goes: says so, where the protocol can before its next answer. */
  void drain() {}

  /** Closes at once; returns how many requests that cut off. */
  abstract int cut();
}
