package dev.fairlead.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What stands between two peers and does to their connections what networks do. Each connection's
 * faults are drawn from the seed and its number.
 */
final class FaultyRelay implements AutoCloseable {
  enum Kind {
    /** The bytes wait for a few milliseconds. */
    DELAY,
    /** Each of the next bytes comes alone. */
    DRIP,
    /** Nothing comes through any more in this direction, without a word of it. */
    DROP,
    /** This direction ends as if its sender had ended it. */
    HALF_CLOSE,
    /** Both directions end. */
    CUT,
    /** Both sides get a reset. */
    RESET,
    /** Bytes that nobody sent, between those that were sent or in place of some of them. */
    GARBAGE
  }

  /** After how many bytes a fault strikes at most: in greetings and heads, or far into bodies. */
  private static final int[] REACHES = {1, 60, 400, 3000, 30_000, 300_000};

  private static final Kind[] BENIGN = {Kind.DELAY, Kind.DRIP};
  private static final Kind[] FATAL = {
    Kind.DROP, Kind.HALF_CLOSE, Kind.CUT, Kind.RESET, Kind.GARBAGE
  };

  private record Fault(Kind kind, boolean towardsServer, int at) {}

  private final ServerSocket server = new ServerSocket();
  private final int target;
  private final long seed;
  private final AtomicInteger accepted = new AtomicInteger();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final Set<Integer> tainted = ConcurrentHashMap.newKeySet();
  private final Set<Kind> struck = ConcurrentHashMap.newKeySet();
  private volatile boolean healed;

  /**
   * @param target port of the server that connections are relayed to
   */
  FaultyRelay(int target, long seed) throws IOException {
    this.target = target;
    this.seed = seed;
    server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 512);
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The kinds of faults that have struck. */
  Set<Kind> struck() {
    return struck;
  }

  /**
   * Whether bytes that nobody sent went over the connection that its client or its server knows by
   * this port.
   */
  boolean tainted(int port) {
    return tainted.contains(port);
  }

  /** From now on nothing strikes; what a fault holds up for good is reset. */
  void heal() {
    healed = true;
    links.stream().filter(link -> link.stuck).forEach(Link::reset);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Random random = new Random(seed * 1_000_003 + accepted.getAndIncrement());
        Thread.ofVirtual().start(() -> relay(client, random));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void relay(Socket client, Random random) {
    try {
      Socket to = new Socket(InetAddress.ofLiteral("127.0.0.1"), target);
      Link link = new Link(client, to, faults(random), random.nextLong());
      links.add(link);
      if (server.isClosed()) {
        link.reset();
        return;
      }
      client.setTcpNoDelay(true);
      to.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> link.pump(true));
      link.pump(false);
    } catch (IOException refused) {
      closeQuietly(client);
    }
  }

  private static List<Fault> faults(Random random) {
    List<Fault> faults = new ArrayList<>();
    if (random.nextInt(5) < 2) {
      return faults;
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      faults.add(fault(random, BENIGN));
    }
    if (random.nextInt(3) > 0) {
      faults.add(fault(random, FATAL));
    }
    faults.sort(Comparator.comparingInt(Fault::at));
    return faults;
  }

  private static Fault fault(Random random, Kind[] of) {
    int reach = REACHES[random.nextInt(REACHES.length)];
    return new Fault(of[random.nextInt(of.length)], random.nextBoolean(), random.nextInt(reach));
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException gone) {
      // It need not be closed.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    links.forEach(Link::reset);
  }

  /** One connection, relayed. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private final List<Fault> faults;
    private final long seed;
    private final AtomicInteger ended = new AtomicInteger();
    private volatile boolean stuck;

    Link(Socket client, Socket server, List<Fault> faults, long seed) {
      this.client = client;
      this.server = server;
      this.faults = faults;
      this.seed = seed;
    }

    void pump(boolean towardsServer) {
      Socket from = towardsServer ? client : server;
      Socket to = towardsServer ? server : client;
      Queue<Fault> mine = new ArrayDeque<>(faults);
      mine.removeIf(fault -> fault.towardsServer != towardsServer);
      try {
        new Pump(from.getInputStream(), to, mine, new Random(seed + (towardsServer ? 1 : 0))).run();
        to.shutdownOutput();
      } catch (IOException | InterruptedException broken) {
        reset();
      }
      if (ended.incrementAndGet() == 2) {
        closeQuietly(client);
        closeQuietly(server);
        links.remove(this);
      }
    }

    void reset() {
      for (Socket each : new Socket[] {client, server}) {
        try {
          each.setSoLinger(true, 0);
        } catch (IOException gone) {
          // It need not be reset.
        }
        closeQuietly(each);
      }
    }

    /** One direction. */
    private final class Pump {
      private final InputStream in;
      private final Socket to;
      private final OutputStream out;
      private final Queue<Fault> faults;
      private final Random random;
      private int dripping;
      private boolean silent;

      Pump(InputStream in, Socket to, Queue<Fault> faults, Random random) throws IOException {
        this.in = in;
        this.to = to;
        this.out = to.getOutputStream();
        this.faults = faults;
        this.random = random;
      }

      void run() throws IOException, InterruptedException {
        byte[] bytes = new byte[16 * 1024];
        long passed = 0;
        for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
          int from = 0;
          while (!faults.isEmpty() && !healed && faults.peek().at < passed + length) {
            Fault next = faults.remove();
            int at = (int) Math.max(from, next.at - passed);
            pass(bytes, from, at);
            from = at;
            strike(next.kind, bytes, at, length);
          }
          pass(bytes, from, length);
          passed += length;
        }
      }

      private void strike(Kind kind, byte[] bytes, int at, int length)
          throws IOException, InterruptedException {
        if (silent) {
          return;
        }
        struck.add(kind);
        switch (kind) {
          case DELAY -> Thread.sleep(1 + random.nextInt(30));
          case DRIP -> dripping = 1 + random.nextInt(300);
          case DROP -> {
            stuck = true;
            silent = true;
          }
          case HALF_CLOSE -> {
            stuck = true;
            silent = true;
            to.shutdownOutput();
          }
          case CUT -> {
            client.shutdownOutput();
            server.shutdownOutput();
            closeQuietly(client);
            closeQuietly(server);
          }
          case RESET -> reset();
          case GARBAGE -> {
            tainted.add(client.getPort());
            tainted.add(server.getLocalPort());
            byte[] garbage = new byte[1 + random.nextInt(40)];
            random.nextBytes(garbage);
            if (random.nextBoolean()) {
              out.write(garbage);
            } else {
              System.arraycopy(garbage, 0, bytes, at, Math.min(garbage.length, length - at));
            }
          }
        }
      }

      private void pass(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        for (; at < to && dripping > 0 && !silent; at++, dripping--) {
          out.write(bytes, at, 1);
          Thread.yield();
        }
        if (at < to && !silent) {
          out.write(bytes, at, to - at);
        }
      }
    }
  }
}
