package dev.fairlead.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.proxy.NoLeaks;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class BacklogTest {
  private static final int WIDEST = 256 * 1024;

  /** What Netty counts for each buffer beside its bytes. */
  private static final int ENTRY = 96;

  private static final int MOST = 32 * 1024 * 1024;

  /** One who reads when told to. */
  private static final class Reader extends EmbeddedChannel {
    boolean reads;

    Reader() {
      super(
          new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
              // What was written to one that is cut.
            }
          });
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
      if (reads) {
        super.doWrite(in);
        releaseOutbound();
      }
    }
  }

  private final LoopCounters counters = new LoopCounters(1, 1);
  private final Backlog backlog = new Backlog(counters, MOST, WIDEST);
  private final List<Reader> readers = new ArrayList<>();
  private final List<Outlet> outlets = new ArrayList<>();

  private Outlet outlet(boolean shared) {
    Reader reader = new Reader();
    Outlet outlet = new Outlet(backlog, 2048, shared);
    outlet.open(reader);
    readers.add(reader);
    outlets.add(outlet);
    return outlet;
  }

  private static void write(Outlet to, int bytes) {
    int data = bytes - ENTRY;
    to.write(PooledByteBufAllocator.DEFAULT.directBuffer(data).writeZero(data));
    to.flush();
  }

  @AfterEach
  void close() {
    outlets.forEach(Outlet::close);
    readers.forEach(EmbeddedChannel::finishAndReleaseAll);
    assertThat(backlog.held()).isZero();
  }

  @Test
  void theMoreWaitsTheNarrowerTheWindow() {
    Outlet stalled = outlet(false);
    int before = backlog.window();
    assertThat(before).isEqualTo(WIDEST);
    for (int held = 0; held < MOST - (1 << 20); held += 1 << 20) {
      write(stalled, 1 << 20);
      assertThat(backlog.window()).isLessThanOrEqualTo(before);
      before = backlog.window();
    }
    assertThat(before).isEqualTo(Backlog.LEAST);
    Outlet other = outlet(false);
    write(other, Backlog.LEAST / 2);
    assertThat(other.keepsUp()).isTrue();
    write(other, Backlog.LEAST);
    assertThat(other.keepsUp()).isFalse();
    for (int i = 0; i < readers.size(); i++) {
      readers.get(i).reads = true;
      readers.get(i).flush();
      outlets.get(i).flush();
    }
    assertThat(backlog.window()).isEqualTo(WIDEST);
  }

  @Test
  void whereTooMuchWaitsTheLongestStalledIsCut() {
    Outlet first = outlet(false);
    Outlet second = outlet(false);
    Outlet third = outlet(false);
    write(first, MOST / 4);
    write(second, MOST / 4);
    write(third, MOST / 4);
    assertThat(readers).allMatch(EmbeddedChannel::isOpen);
    write(third, MOST / 2);
    assertThat(readers.get(0).isOpen()).isFalse();
    assertThat(readers.get(1).isOpen()).isTrue();
    assertThat(readers.get(2).isOpen()).isTrue();
    assertThat(backlog.held()).isEqualTo(MOST);
    assertThat(counters.get(Counter.STALLED_CUT)).isEqualTo(1);
  }

  @Test
  void whoTookSomethingSinceIsSpared() {
    Outlet first = outlet(false);
    Outlet second = outlet(false);
    write(first, MOST / 2);
    write(second, MOST / 2);
    readers.getFirst().reads = true;
    // As when the socket takes more by itself, of which nobody hears.
    readers.getFirst().flush();
    write(outlet(false), MOST / 4);
    assertThat(readers).allMatch(EmbeddedChannel::isOpen);
    readers.getFirst().reads = false;
    write(first, MOST / 2);
    assertThat(readers.get(0).isOpen()).isTrue();
    assertThat(readers.get(1).isOpen()).isFalse();
  }

  @Test
  void whatManyShareIsCountedAndNeverCut() {
    Outlet shared = outlet(true);
    write(shared, MOST + 1);
    assertThat(backlog.held()).isEqualTo(MOST + 1);
    assertThat(readers.getFirst().isOpen()).isTrue();
    write(outlet(false), Backlog.LEAST);
    assertThat(readers.get(0).isOpen()).isTrue();
    assertThat(readers.get(1).isOpen()).isFalse();
  }

  @Test
  void whatWaitsElsewhereCounts() {
    Outlet outlet = outlet(false);
    outlet.flush(MOST / 2);
    assertThat(backlog.held()).isEqualTo(MOST / 2);
    outlet.flush(0);
    assertThat(backlog.held()).isZero();
  }
}
