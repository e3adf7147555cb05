package dev.fairlead.proxy.http1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The bytes of a head while it arrives, in one array that the parsed head points into. Copied in
 * steps, so that a body behind the head is not copied with it.
 */
public final class HeadBytes {
  /** Most heads end within it. */
  private static final int STEP = 1024;

  /** An array that grew past it is not kept for the next message. */
  private static final int KEEP = 8 * 1024;

  private final int max;
  private byte[] bytes = new byte[STEP];
  private int length;

  /**
   * @param max bytes of a head
   */
  public HeadBytes(int max) {
    this.max = max;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return length;
  }

  /** Whether as much as a head may measure is here. */
  public boolean full() {
    return length >= max;
  }

  /** Forgets what arrived. */
  public void reset() {
    length = 0;
    if (bytes.length > KEEP) {
      bytes = new byte[STEP];
    }
  }

  /**
   * Takes bytes up to the end of the head, no more.
   *
   * @return one past the head's end; −1 if it has not ended and {@code in} is used up or this is
   *     {@link #full}
   */
  public int take(ByteBuf in) {
    while (in.isReadable() && !full()) {
      int before = length;
      int step = Math.min(Math.min(STEP, in.readableBytes()), max - before);
      if (before + step > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(max, Math.max(2 * bytes.length, before + step)));
      }
      in.readBytes(bytes, before, step);
      length = before + step;
      int end = HeadParser.headEnd(bytes, 0, before, length);
      if (end >= 0) {
        in.readerIndex(in.readerIndex() - (length - end));
        length = end;
        return end;
      }
    }
    return -1;
  }
}
