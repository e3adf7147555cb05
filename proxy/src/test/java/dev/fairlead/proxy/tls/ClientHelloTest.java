package dev.fairlead.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
  private static final int RECORD_HEAD = 5;

  private static byte[] hello(String name) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    if (!name.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(32_000);
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }

  private static ClientHello.State read(ClientHello hello, byte[] bytes) {
    return hello.read(Unpooled.wrappedBuffer(bytes));
  }

  @Test
  void theNameIsFoundInLowerCase() throws Exception {
    ClientHello hello = new ClientHello();
    assertThat(read(hello, hello("Shop.Example"))).isEqualTo(ClientHello.State.WHOLE);
    assertThat(hello.serverName()).isEqualTo("shop.example");
  }

  @Test
  void aHelloNeedNotNameAnybody() throws Exception {
    ClientHello hello = new ClientHello();
    assertThat(read(hello, hello(""))).isEqualTo(ClientHello.State.WHOLE);
    assertThat(hello.serverName()).isEmpty();
  }

  @Test
  void noPieceIsTooSmallAndNoneIsMissed() throws Exception {
    byte[] bytes = hello("shop.example");
    ClientHello hello = new ClientHello();
    ByteBuf in = Unpooled.buffer();
    for (int i = 0; i < bytes.length; i++) {
      in.writeByte(bytes[i]);
      assertThat(hello.read(in))
          .isEqualTo(i + 1 < bytes.length ? ClientHello.State.NEED_MORE : ClientHello.State.WHOLE);
    }
    assertThat(hello.serverName()).isEqualTo("shop.example");
  }

  @Test
  void itMayBeSplitOverRecords() throws Exception {
    byte[] bytes = hello("shop.example");
    ByteBuf in = Unpooled.buffer();
    int half = (bytes.length - RECORD_HEAD) / 2;
    record(in, bytes, RECORD_HEAD, half);
    record(in, bytes, RECORD_HEAD + half, bytes.length - RECORD_HEAD - half);
    ClientHello hello = new ClientHello();
    assertThat(hello.read(in)).isEqualTo(ClientHello.State.WHOLE);
    assertThat(hello.serverName()).isEqualTo("shop.example");
  }

  private static void record(ByteBuf out, byte[] from, int at, int length) {
    out.writeByte(22).writeByte(3).writeByte(1).writeShort(length).writeBytes(from, at, length);
  }

  @Test
  void bytesBehindItAreRefused() throws Exception {
    byte[] bytes = hello("shop.example");
    ByteBuf in = Unpooled.buffer();
    in.writeBytes(bytes);
    in.setShort(3, bytes.length - RECORD_HEAD + 1).writeByte(1);
    ClientHello hello = new ClientHello();
    assertThat(hello.read(in)).isEqualTo(ClientHello.State.REFUSED);
    assertThat(hello.fault()).isEqualTo(TlsFault.BAD_HELLO);
  }

  /** Where one name may stand only one may be read. */
  @Test
  void twoListsOfNamesAreRefused() {
    assertThat(namesOnly("0000 0006 0004 00 0001 61".replace(" ", "")).serverName()).isEqualTo("a");
    String list = "0000 0006 0004 00 0001 61".replace(" ", "");
    assertThat(refused(list + list)).isTrue();
    // Two names in a list, a name of another kind, none, and a byte that no name has.
    assertThat(refused("0000000a000800000161000001 62".replace(" ", ""))).isTrue();
    assertThat(refused("000000060004 01 0001 61".replace(" ", ""))).isTrue();
    assertThat(refused("00000000")).isTrue();
    assertThat(refused("0000000500030000 00".replace(" ", ""))).isTrue();
    assertThat(refused("0000000600040000 0100".replace(" ", ""))).isTrue();
    assertThat(refused("0000000700050000 02612e".replace(" ", ""))).isTrue();
    assertThat(refused("000000060005000001 61".replace(" ", ""))).isTrue();
  }

  private static boolean refused(String extensions) {
    ClientHello hello = new ClientHello();
    return read(hello, bare(extensions)) == ClientHello.State.REFUSED;
  }

  private static ClientHello namesOnly(String extensions) {
    ClientHello hello = new ClientHello();
    assertThat(read(hello, bare(extensions))).isEqualTo(ClientHello.State.WHOLE);
    return hello;
  }

  /** The smallest hello with these extensions, in hexadecimal digits. */
  private static byte[] bare(String extensions) {
    byte[] some = java.util.HexFormat.of().parseHex(extensions);
    ByteBuf body = Unpooled.buffer();
    body.writeShort(0x0303).writeZero(32).writeByte(0);
    body.writeShort(2).writeShort(0x1301).writeByte(1).writeByte(0);
    body.writeShort(some.length).writeBytes(some);
    ByteBuf out = Unpooled.buffer();
    out.writeByte(22).writeByte(3).writeByte(1).writeShort(4 + body.readableBytes());
    out.writeByte(1).writeMedium(body.readableBytes()).writeBytes(body);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  @Test
  void changedBytesAreReadOrRefusedButNothingElse() throws Exception {
    String property = System.getProperty("seed", "");
    long seed = property.isEmpty() ? 20261121 : Long.parseLong(property);
    Random random = new Random(seed);
    byte[] good = hello("shop.example");
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        ClientHello hello = new ClientHello();
        ClientHello.State state = read(hello, bytes);
        refused += state == ClientHello.State.REFUSED ? 1 : 0;
        assertThat(hello.serverName()).matches("[a-z0-9._-]*");
      } catch (RuntimeException e) {
        fail("-Dseed=" + seed + ", round " + round, e);
      }
    }
    assertThat(refused).as("-Dseed=" + seed).isGreaterThan(1000);
  }
}
