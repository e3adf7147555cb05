package dev.fairlead.proxy.exchange;

import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.rules.CompiledCors;
import dev.fairlead.proxy.rules.CompiledRule;
import dev.fairlead.proxy.rules.CompiledRule.Backend;
import dev.fairlead.proxy.rules.CompiledRule.Target;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What some rules do beside leading a request to a backend: they bind it to a session, copy it to
 * mirrors, tell browsers who may read the answer, and others how loaded the backend is. Reused with
 * its exchange.
 */
final class Extras {
  private final Loop loop;
  private final ExchangeLog exchange;
  private final Session session;
  private @Nullable CompiledCors cors;

  /** The copy of a request that is yet to arrive whole. */
  private @Nullable Mirrors mirrors;

  private final LoadShare load;

  Extras(Loop loop, ExchangeLog exchange) {
    this.loop = loop;
    this.exchange = exchange;
    this.session = new Session(loop);
    this.load = new LoadShare(loop, exchange);
  }

  /** The backend that the request goes to; null where none has any weight. */
  @Nullable Backend choose(CompiledRule rule, Target.Forward forward) {
    cors = rule.cors();
    Backend bound = session.begin(rule.sessions(), forward, exchange.request);
    return bound != null ? bound : forward.choose(loop.random);
  }

  /**
   * Counts the request in the load of its backend, where that is answered for.
   *
   * @return the answer to a request that asks for that load; null for any other
   */
  @Nullable LocalReply begin(Backend backend) {
    return backend.load() == null ? null : load.begin(backend.load());
  }

  /** Session id of the endpoint that the request should go to; 0 for any. */
  long session() {
    return session.endpoint(exchange.service);
  }

  /**
   * Copies the request where the rule asks for it.
   *
   * @param whole whether all of it is here
   */
  void mirror(CompiledRule rule, ClientInfo client, boolean whole) {
    if (rule.mirrors().isEmpty()) {
      return;
    }
    Mirrors copy = Mirrors.of(loop, rule, exchange.request, client, exchange.trace);
    if (copy != null && whole) {
      copy.send();
    } else {
      mirrors = copy;
    }
  }

  /** A piece of the request's body, which stays the caller's. */
  void data(ByteBuf data) {
    Mirrors copy = mirrors;
    if (copy != null) {
      copy.data(data);
    }
  }

  /** All of the request is here. */
  void requestEnded() {
    Mirrors copy = mirrors;
    mirrors = null;
    if (copy != null) {
      copy.send();
    }
  }

  /** The backend's edits of its answer, and the rule's that depend on the request. */
  CompiledEdits answer(CompiledEdits edits, ClientInfo client) {
    CompiledCors told = cors;
    RequestHead request = exchange.request;
    return session.answer(
        told == null ? edits : told.answer(request, edits),
        exchange.service,
        exchange.endpoint,
        client.secure());
  }

  void clear() {
    cors = null;
    load.end();
    session.clear();
    Mirrors copy = mirrors;
    mirrors = null;
    if (copy != null) {
      copy.drop();
    }
  }
}
