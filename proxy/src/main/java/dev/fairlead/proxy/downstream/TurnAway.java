package dev.fairlead.proxy.downstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A filter on a listening socket of Linux that drops requests for new connections and lets all else
 * through: what the kernel has already connected can be accepted to the last one, while nobody new
 * joins the queue. A client that was dropped asks again within a second, and is then refused or
 * served by whoever listens next; closing at once would reset the clients in the queue.
 */
final class TurnAway {
  /** {@code struct sock_fprog}: the number of instructions and, aligned, where they are. */
  private static final RawUnixChannelOption ATTACH_FILTER =
      new RawUnixChannelOption("SO_ATTACH_FILTER", 1, 26, 16);

  /** The flags' place in a TCP header, and the flag of a request for a connection (RFC 9293). */
  private static final int FLAGS_AT = 13;

  private static final int SYN = 0x02;

  private static final int LOAD_BYTE = 0x30;
  private static final int JUMP_IF_SET = 0x45;
  private static final int RETURN = 0x06;
  private static final int INSTRUCTIONS = 4;
  private static final int INSTRUCTION_BYTES = 8;

  private TurnAway() {}

  /** Where the system cannot, nothing changes: the queue then is emptied as well as may be. */
  static void newcomers(Channel listening) {
    ByteBuffer program = direct(INSTRUCTIONS * INSTRUCTION_BYTES);
    instruction(program, LOAD_BYTE, 0, 0, FLAGS_AT);
    instruction(program, JUMP_IF_SET, 0, 1, SYN);
    instruction(program, RETURN, 0, 0, 0);
    instruction(program, RETURN, 0, 0, -1);
    ByteBuffer filter = direct(ATTACH_FILTER.length());
    filter.putShort(0, (short) INSTRUCTIONS);
    filter.putLong(8, MemorySegment.ofBuffer(program.flip()).address());
    try {
      listening.config().setOption(ATTACH_FILTER, filter);
    } catch (ChannelException unsupported) {
      // A sandbox may forbid it.
    } finally {
      Reference.reachabilityFence(program);
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static void instruction(ByteBuffer to, int code, int ifTrue, int ifFalse, int operand) {
    to.putShort((short) code).put((byte) ifTrue).put((byte) ifFalse).putInt(operand);
  }
}
