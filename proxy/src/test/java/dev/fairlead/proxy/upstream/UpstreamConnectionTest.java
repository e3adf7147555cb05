package dev.fairlead.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.proxy.http1.HeadFields;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http2.Http2Limits;
import dev.fairlead.proxy.loop.Backlog;
import dev.fairlead.proxy.loop.LoopCounters;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.loop.TurnEnd;
import dev.fairlead.proxy.tls.TlsCounters;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.reflect.Proxy;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamConnectionTest {
  private static final HeadLimits HEADS = new HeadLimits(1024, 10, 1024);

  private final List<Throwable> faults = new ArrayList<>();
  private final LoopCounters counters = new LoopCounters(1, 1);
  private final UpstreamPool pool = pool(new Bootstrap());

  private UpstreamPool pool(Bootstrap bootstrap) {
    return new UpstreamPool(
        bootstrap,
        new UpstreamPool.Limits(1, 1, 1, 1, 1, 1, 1, HEADS),
        new TimerWheel((nanos, task) -> {}, () -> 0, faults::add),
        counters,
        new Backlog(counters, 1 << 20, 1 << 16),
        new TlsCounters(),
        new UpstreamPool.Http2Setting(
            Http2Limits.defaults(HEADS), new HeadFields(), new TurnEnd(new DefaultEventLoop())),
        () -> 0,
        faults::add);
  }

  /** As when the process has no descriptor left. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whereThereIsNotEvenASocketItsLoopIsToldSo(boolean http2) throws Exception {
    EventLoop loop = new DefaultEventLoop();
    CompletableFuture<String> told = new CompletableFuture<>();
    UpstreamUser user =
        (UpstreamUser)
            Proxy.newProxyInstance(
                UpstreamUser.class.getClassLoader(),
                new Class<?>[] {UpstreamUser.class},
                (self, method, arguments) -> {
                  told.complete(method.getName() + " " + loop.inEventLoop());
                  return null;
                });
    UpstreamPool pool =
        pool(
            new Bootstrap()
                .group(loop)
                .channelFactory(
                    () -> {
                      throw new ChannelException("too many open files");
                    }));
    loop.execute(
        () ->
            pool.take(new Address("127.0.0.1", 1), null, http2)
                .start(user, new RequestHead(HEADS)));
    assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo("upstreamConnectFailed true");
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Test
  void anEventMeantForAnEarlierOwnerOfTheDescriptorDoesNotEndAConnect() {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            (Http1UpstreamConnection) pool.take(new Address("127.0.0.1", 1), null, false));
    channel.pipeline().fireExceptionCaught(new NotYetConnectedException());
    assertThat(channel.isOpen()).isTrue();
    assertThat(faults).isEmpty();
  }

  @Test
  void anyOtherFaultEndsItAndIsTold() {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            (Http1UpstreamConnection) pool.take(new Address("127.0.0.1", 1), null, false));
    RuntimeException fault = new IllegalStateException("planned by the test");
    channel.pipeline().fireExceptionCaught(fault);
    assertThat(channel.isOpen()).isFalse();
    assertThat(faults).containsExactly(fault);
  }
}
