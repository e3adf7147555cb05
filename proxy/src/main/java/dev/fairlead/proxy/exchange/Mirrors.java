package dev.fairlead.proxy.exchange;

import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.rules.CompiledRule;
import dev.fairlead.proxy.rules.CompiledRule.Mirrored;
import dev.fairlead.proxy.trace.RequestTrace;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a request for its mirrors, while the request arrives. It is sent once it is whole; one
 * with a body that grows too large, or that is cut off, never is.
 */
final class Mirrors {
  /**
   * Copies that a loop holds or has under way; each may hold a body of {@link Upload#MAX_REPLAY}.
   */
  static final int MAX_COPIES = 256;

  private final Loop loop;
  private final CompiledRule rule;
  private final List<Mirrored> drawn;
  private final RequestHead head;
  private final ClientInfo client;
  private final @Nullable RequestTrace trace;
  private @Nullable ByteBuf body;
  private boolean given;

  private Mirrors(
      Loop loop,
      CompiledRule rule,
      List<Mirrored> drawn,
      RequestHead head,
      ClientInfo client,
      @Nullable RequestTrace trace) {
    this.trace = trace;
    this.loop = loop;
    this.rule = rule;
    this.drawn = drawn;
    this.head = head;
    this.client = client;
  }

  /** Draws who gets a copy; null if nobody does. A copy of an Upgrade would be of no use. */
  static @Nullable Mirrors of(
      Loop loop,
      CompiledRule rule,
      RequestHead head,
      ClientInfo client,
      @Nullable RequestTrace trace) {
    List<Mirrored> drawn = new ArrayList<>(rule.mirrors().size());
    for (Mirrored mirror : rule.mirrors()) {
      if (mirror.drawn(loop.random)) {
        drawn.add(mirror);
      }
    }
    if (drawn.isEmpty() || head.upgradeHeader() >= 0) {
      return null;
    }
    if (loop.copies + drawn.size() > MAX_COPIES) {
      loop.counters.add(Counter.MIRRORS_DROPPED, drawn.size());
      return null;
    }
    loop.copies += drawn.size();
    RequestHead copy = head.copy();
    int expect = copy.find(KnownHeader.EXPECT);
    if (expect >= 0) {
      // The body follows at once.
      copy.drop(expect);
    }
    return new Mirrors(loop, rule, drawn, copy, client, trace == null ? null : trace.copy());
  }

  /** A piece of the body, which stays the caller's. */
  void data(ByteBuf data) {
    if (given) {
      return;
    }
    ByteBuf all = body;
    int before = all == null ? 0 : all.readableBytes();
    int length = data.readableBytes();
    if (before + length > Upload.MAX_REPLAY) {
      drop();
      return;
    }
    if (all == null) {
      all = data.alloc().buffer(length, Upload.MAX_REPLAY);
      body = all;
    }
    all.writeBytes(data, data.readerIndex(), length);
  }

  /** The request is whole: sends the copies. Trailers are not copied. */
  void send() {
    if (given) {
      return;
    }
    given = true;
    ByteBuf all = body;
    body = null;
    try {
      for (Mirrored mirror : drawn) {
        new Mirror(loop, rule, mirror.backend(), head, client, trace)
            .send(all == null ? null : all.retainedDuplicate());
      }
    } finally {
      if (all != null) {
        all.release();
      }
    }
  }

  /** No copy will be sent, if none was. */
  void drop() {
    if (given) {
      return;
    }
    given = true;
    loop.copies -= drawn.size();
    loop.counters.add(Counter.MIRRORS_DROPPED, drawn.size());
    ByteBuf all = body;
    body = null;
    if (all != null) {
      all.release();
    }
  }
}
