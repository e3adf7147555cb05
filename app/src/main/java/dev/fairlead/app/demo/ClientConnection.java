package dev.fairlead.app.demo;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A keep-alive HTTP/1.1 connection of the load generator: one request at a time, no retry. Any
 * deviation from what it understands is an {@link IOException}: the request failed.
 */
final class ClientConnection implements AutoCloseable {
  private static final int MOST_HEAD = 64 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final byte[] buffer = new byte[8 * 1024];
  private int at;
  private int end;
  private boolean reusable = true;

  /** What an answer's head said, its body having been read. */
  record Reply(int status, String cluster) {}

  ClientConnection(InetSocketAddress server, long timeoutNanos) throws IOException {
    socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(server, millis(timeoutNanos));
      in = socket.getInputStream();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a request whole and reads its answer to the end.
   *
   * @param deadline has the nanoseconds that are left
   * @throws SocketTimeoutException when none are left
   */
  Reply exchange(byte[] request, Deadline deadline) throws IOException {
    reusable = false;
    socket.getOutputStream().write(request);
    int status;
    Head head;
    do {
      head = readHead(deadline);
      status = head.status;
    } while (status >= 100 && status < 200);
    if (head.chunked) {
      skipChunks(deadline);
    } else if (head.length >= 0) {
      skip(head.length, deadline);
    } else if (status != 204 && status != 304) {
      head.close = true;
      while (fill(deadline)) {
        at = end;
      }
    }
    reusable = !head.close && at == end;
    return new Reply(status, head.cluster);
  }

  /** Whether another request may follow. */
  boolean reusable() {
    return reusable;
  }

  /** The time that one request has. */
  @FunctionalInterface
  interface Deadline {
    long leftNanos();
  }

  private static final class Head {
    private int status;
    private long length = -1;
    private boolean chunked;
    private boolean close;
    private String cluster = "";
  }

  private Head readHead(Deadline deadline) throws IOException {
    Head head = new Head();
    String start = line(deadline);
    if (!start.startsWith("HTTP/1.") || start.length() < 12) {
      throw new IOException("not HTTP/1: " + start);
    }
    head.status = number(start.substring(9, 12), 10);
    int size = start.length();
    for (String field = line(deadline); !field.isEmpty(); field = line(deadline)) {
      size += field.length();
      int colon = field.indexOf(':');
      if (colon < 0 || size > MOST_HEAD) {
        throw new IOException("bad header: " + field);
      }
      String value = field.substring(colon + 1).strip();
      switch (field.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> head.length = number(value, 10);
        case "transfer-encoding" -> head.chunked = true;
        case "connection" -> head.close = value.equalsIgnoreCase("close");
        case "x-demo-cluster" -> head.cluster = value;
        default -> {}
      }
    }
    return head;
  }

  private void skipChunks(Deadline deadline) throws IOException {
    int size;
    do {
      String line = line(deadline);
      int extension = line.indexOf(';');
      size = number(extension < 0 ? line : line.substring(0, extension), 16);
      if (size > 0) {
        skip(size, deadline);
        if (!line(deadline).isEmpty()) {
          throw new IOException("a chunk longer than it said");
        }
      }
    } while (size > 0);
    while (!line(deadline).isEmpty()) {
      // Trailers mean nothing here.
    }
  }

  private static int number(String text, int radix) throws IOException {
    try {
      return Integer.parseUnsignedInt(text.strip(), radix);
    } catch (NumberFormatException e) {
      throw new IOException("not a number: " + text, e);
    }
  }

  private String line(Deadline deadline) throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      for (int i = at; i < end; i++) {
        if (buffer[i] == '\n') {
          int stop = i > at && buffer[i - 1] == '\r' ? i - 1 : i;
          text.append(new String(buffer, at, stop - at, StandardCharsets.ISO_8859_1));
          at = i + 1;
          int last = text.length() - 1;
          if (last >= 0 && text.charAt(last) == '\r') {
            text.setLength(last);
          }
          return text.toString();
        }
      }
      text.append(new String(buffer, at, end - at, StandardCharsets.ISO_8859_1));
      at = end;
      if (text.length() > MOST_HEAD) {
        throw new IOException("a line too long");
      }
      if (!fill(deadline)) {
        throw new EOFException("closed in the head");
      }
    }
  }

  private void skip(long length, Deadline deadline) throws IOException {
    long left = length;
    while (left > 0) {
      if (at == end && !fill(deadline)) {
        throw new EOFException("closed in the body");
      }
      int n = (int) Math.min(left, end - at);
      at += n;
      left -= n;
    }
  }

  /** Reads more once all is used up; false at the end of the stream. */
  private boolean fill(Deadline deadline) throws IOException {
    long left = deadline.leftNanos();
    if (left <= 0) {
      throw new SocketTimeoutException("the request's time is over");
    }
    socket.setSoTimeout(millis(left));
    int n = in.read(buffer);
    if (n < 0) {
      return false;
    }
    at = 0;
    end = n;
    return true;
  }

  private static int millis(long nanos) {
    return Math.clamp(nanos / 1_000_000, 1, Integer.MAX_VALUE);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }
}
