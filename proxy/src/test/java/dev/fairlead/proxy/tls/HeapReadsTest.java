package dev.fairlead.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.proxy.Authority;
import dev.fairlead.proxy.NoLeaks;
import dev.fairlead.route.CertifiedKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a record that nobody sealed does to the memory beside it: nothing. */
@ExtendWith(NoLeaks.class)
class HeapReadsTest {
  private static final int NEIGHBOUR = 2000;

  private static EmbeddedChannel channel(SslContext context) {
    EmbeddedChannel channel = new EmbeddedChannel();
    SslHandler handler = context.newHandler(channel.alloc());
    channel.pipeline().addLast(HeapReads.confine(context, handler));
    return channel;
  }

  private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
    boolean any = false;
    for (ByteBuf each = from.readOutbound(); each != null; each = from.readOutbound()) {
      to.writeInbound(each);
      any = true;
    }
    return any;
  }

  @Test
  void aForgedRecordWipesNothingOfItsNeighbours() throws Exception {
    CertifiedKey key = new Authority("test").key("a.example");
    X509Certificate[] chain = key.chain().toArray(X509Certificate[]::new);
    EmbeddedChannel server =
        channel(SslContextBuilder.forServer(key.key(), chain).sslProvider(SslProvider.JDK).build());
    EmbeddedChannel client =
        channel(
            SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build());
    while (move(client, server) | move(server, client)) {
      // Until both have nothing more to say: the handshake is done.
    }
    server.writeOutbound(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
    ByteBuf memory = client.alloc().directBuffer(2 * NEIGHBOUR);
    for (int i = 0; i < NEIGHBOUR; i++) {
      memory.writeByte(7);
    }
    for (ByteBuf each = server.readOutbound(); each != null; each = server.readOutbound()) {
      memory.writeBytes(each);
      each.release();
    }
    int last = memory.writerIndex() - 1;
    memory.setByte(last, memory.getByte(last) ^ 1);
    int length = memory.writerIndex() - NEIGHBOUR;
    // In two reads, of which the second is gathered behind the first.
    client.writeInbound(memory.retainedSlice(NEIGHBOUR, length / 2));
    ByteBuf rest = memory.retainedSlice(NEIGHBOUR + length / 2, length - length / 2);
    assertThatThrownBy(() -> client.writeInbound(rest)).isInstanceOf(DecoderException.class);
    for (int i = 0; i < NEIGHBOUR; i++) {
      assertThat(memory.getByte(i)).as("byte " + i).isEqualTo((byte) 7);
    }
    memory.release();
    client.finishAndReleaseAll();
    server.finishAndReleaseAll();
  }
}
