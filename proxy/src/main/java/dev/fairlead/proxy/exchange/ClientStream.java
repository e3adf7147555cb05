package dev.fairlead.proxy.exchange;

import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRedirect;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.tls.TlsPeer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A request's place on its client's connection: all of an HTTP/1 connection for its time. It reads
 * the request, tells its {@link Exchange}, and writes the answer in the form of its protocol.
 */
public interface ClientStream {
  /** The client's IP literal. */
  String address();

  /** What to call the listener where no request tells those of one port apart. */
  String listenerName();

  ClientInfo info();

  /** What the request was sent in: {@code HTTP/1.1}. */
  String protocol();

  /** What is known of the client by TLS; null in clear text. */
  @Nullable TlsPeer tls();

  /** No further request of the connection is served: says so, where its next answer cannot. */
  default void retire() {}

  /** Whether the rest of a request that is answered should be read, to keep the connection. */
  boolean readsRest();

  /** Whether the client can tell the end of the answer's body only by the connection's end. */
  boolean endsByClose(ResponseHead head);

  /** Writes a 1xx answer but 101, if the client knows of such. */
  void writeInterim(ResponseHead head);

  /**
   * Writes the answer's head.
   *
   * @param close whether the connection closes after the answer, for protocols that say so
   */
  void writeHead(ResponseHead head, CompiledEdits edits, boolean close);

  /**
   * Whether an answer with this head, of whose body a part is written, can be ended here by
   * trailers, and the client sees the field of this name among them.
   *
   * @param lowerName in lower case
   */
  boolean takesTrailers(ResponseHead head, byte[] lowerName);

  /** Writes a piece of the answer's body, which is the stream's to release. */
  void write(ByteBuf data);

  /** Ends the answer's body. */
  void writeEnd(@Nullable TrailerHead trailers);

  /** Writes a whole answer of our own. */
  void write(LocalReply reply, boolean close);

  /** Writes a whole redirect. */
  void write(CompiledRedirect redirect, boolean close);

  /** From now on bytes of another protocol go both ways. */
  void enterTunnel();

  /** Writes bytes as they are, after a 101. */
  void tunnel(ByteBuf bytes);

  void flush();

  /** Whether the client keeps up with what is written: less than the window waits. */
  boolean keepsUp();

  /** Something moved: the time to stand still begins anew. */
  void touch();

  /** Waits until the exchange's own deadline. */
  void armTimer();

  /** Reads on while what was read has somewhere to go. */
  void updateReading();

  /** The request is answered before all of it came: the client has its time to send the rest. */
  void awaitRest();

  /**
   * The exchange ended as it should.
   *
   * @param close whether it was the last on its connection, for protocols that say so
   * @param linger whether the client may still be sending, so that a plain close would destroy the
   *     answer on its way
   */
  void exchangeEnded(boolean close, boolean linger);

  /** The exchange cannot be ended as it should; the client must see that. */
  void exchangeAborted(boolean reset);
}
