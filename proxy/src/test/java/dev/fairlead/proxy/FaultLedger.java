package dev.fairlead.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * What was asked, taken as whole and answered in a run with faults, and what of it does not fit
 * together. Bodies follow from their request's id, so that each byte of each is known beforehand.
 */
final class FaultLedger {
  /** How the proxy itself answers what it could not have answered: all else is a violation. */
  private static final Set<Integer> OWN = Set.of(400, 408, 502, 503, 504);

  /** What the answer's body is framed by. */
  enum Framing {
    LENGTH,
    CHUNKED,
    TRAILERS
  }

  /**
   * A request and the answer that it must get.
   *
   * @param id of this request alone
   * @param up bytes of its body
   * @param down bytes of its answer's body
   */
  record Plan(String method, String id, int up, int down, Framing framing) {
    static Plan random(Random random, String id) {
      boolean get = random.nextInt(3) == 0;
      return new Plan(
          get ? "GET" : random.nextBoolean() ? "POST" : "PUT",
          id,
          get ? 0 : size(random),
          size(random),
          Framing.values()[random.nextInt(3)]);
    }

    private static int size(Random random) {
      return switch (random.nextInt(8)) {
        case 0 -> 0;
        case 1 -> random.nextInt(300_000);
        default -> random.nextInt(3000);
      };
    }

    /** The request that a target names. */
    static Plan of(String method, String path) {
      String[] parts = path.split("/");
      return new Plan(
          method,
          parts[1],
          Integer.parseInt(parts[2]),
          Integer.parseInt(parts[3]),
          Framing.valueOf(parts[4]));
    }

    String path() {
      return "/" + id + "/" + up + "/" + down + "/" + framing;
    }

    byte[] request() {
      return body("up " + id, up);
    }

    byte[] answer() {
      return body("down " + id, down);
    }

    /** The name of its owner, then what follows from that. */
    private static byte[] body(String owner, int length) {
      byte[] bytes = new byte[length];
      new Random(owner.hashCode()).nextBytes(bytes);
      byte[] name = (owner + ";").getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(name, 0, bytes, 0, Math.min(name.length, length));
      return bytes;
    }
  }

  final List<String> violations = new CopyOnWriteArrayList<>();
  final AtomicInteger whole = new AtomicInteger();
  final AtomicInteger refused = new AtomicInteger();
  final AtomicInteger cut = new AtomicInteger();
  private final Map<String, Set<Integer>> serverPorts = new ConcurrentHashMap<>();
  private final Map<String, Integer> clientPorts = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> posts = new ConcurrentHashMap<>();
  private final IntPredicate clientTainted;
  private final IntPredicate serverTainted;

  /**
   * @param clientTainted whether bytes of a client's connection, by its port, were forged in a way
   *     that nobody can tell; likewise of an upstream's
   */
  FaultLedger(IntPredicate clientTainted, IntPredicate serverTainted) {
    this.clientTainted = clientTainted;
    this.serverTainted = serverTainted;
  }

  /** A client begins to send. */
  void asked(Plan plan, int clientPort) {
    clientPorts.put(plan.id, clientPort);
  }

  /** An upstream got the head of a request. */
  void met(Plan plan, int serverPort) {
    serverPorts.computeIfAbsent(plan.id, id -> ConcurrentHashMap.newKeySet()).add(serverPort);
  }

  /** An upstream got all of a request, as far as the protocol can tell. */
  void took(Plan plan, byte[] body) {
    if (!Arrays.equals(body, plan.request())) {
      violated(plan, "the upstream took a body of " + body.length + " for " + plan);
    }
    if (plan.method.equals("POST")
        && posts.computeIfAbsent(plan.id, id -> new AtomicInteger()).incrementAndGet() > 1) {
      violated(plan, "sent twice: " + plan);
    }
  }

  /**
   * A client got all of an answer, as far as the protocol can tell.
   *
   * @param owner whose answer it says that it is; empty if it does not say
   */
  void answered(Plan plan, int status, String owner, byte[] body) {
    if (status != 200) {
      refused.incrementAndGet();
      if (!OWN.contains(status) || !owner.isEmpty()) {
        violated(plan, "a " + status + " of '" + owner + "' for " + plan);
      }
    } else if (!owner.equals(plan.id)) {
      violated(plan, "the answer of '" + owner + "' for " + plan);
    } else if (!Arrays.equals(body, plan.answer())) {
      violated(plan, "an answer of " + body.length + " bytes for " + plan);
    } else {
      whole.incrementAndGet();
    }
  }

  private void violated(Plan plan, String what) {
    Integer client = clientPorts.get(plan.id);
    boolean forged =
        client == null
            || clientTainted.test(client)
            || serverPorts.getOrDefault(plan.id, Set.of()).stream().anyMatch(serverTainted::test);
    if (!forged) {
      violations.add(what);
    }
  }

  @Override
  public String toString() {
    return whole + " whole, " + refused + " refused, " + cut + " cut";
  }
}
