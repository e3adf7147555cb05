package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.rules.CompiledRetries;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when an exchange sends its request again: what the rule asks for, the answer that is
 * thrown away for it, and the wait before the next attempt. Reused with its exchange.
 */
final class Retry extends TimerWheel.Timer {
  private final Loop loop;
  private final Exchange exchange;
  private final Attempt attempt;
  private final Upload upload;
  private final ServiceRequest asked;
  private CompiledRetries policy = CompiledRetries.DEFAULT;

  /** When the request has to be answered at the latest, if it has a limit. */
  private long deadline;

  private boolean limited;

  /** Before the retry that was taken. */
  private long wait;

  /** Whether nothing had been wrong before what led to the first retry. */
  private boolean unflagged;

  /** The answer that is thrown away while it arrives. */
  private @Nullable ResponseHead discarding;

  Retry(Loop loop, Exchange exchange, Attempt attempt, Upload upload, ServiceRequest asked) {
    this.loop = loop;
    this.exchange = exchange;
    this.attempt = attempt;
    this.upload = upload;
    this.asked = asked;
  }

  /**
   * @param requestNanos that the request may take; 0: no limit
   */
  void begin(CompiledRetries said, long begun, long requestNanos) {
    policy = said;
    unflagged = false;
    limited = requestNanos > 0;
    deadline = begun + requestNanos;
  }

  /** No retry will come. */
  void clear() {
    discarding = null;
    loop.timers.cancel(this);
  }

  /**
   * Whether the request's body should be kept though it arrived. In HTTP/2 an endpoint may say that
   * it has not begun with a request, so that any may be sent again.
   */
  boolean mayRepeat() {
    return exchange.request.method().idempotent()
        || policy.repeatsAnswers()
        || asked.backend().hedging() != null
        || asked.backend().http2();
  }

  /** As below, unless the request itself is another hop's retry: retries must not multiply. */
  private boolean take() {
    return !exchange.request.isRetry() && takeUnmarked();
  }

  /** Takes a retry out of the service's budget, if one more is allowed and there is time for it. */
  private boolean takeUnmarked() {
    Balancer balancer = asked.balancer();
    if (balancer == null
        || exchange.answered()
        || exchange.attempts >= policy.maxAttempts()
        || !upload.replayable()) {
      return false;
    }
    wait = policy.backoffNanos(exchange.attempts, loop.random);
    if (limited && loop.ticker.nanos() + wait - deadline >= 0) {
      return false;
    }
    // Last, as it changes the budget.
    if (!balancer.tryRetry()) {
      return false;
    }
    loop.counters.add(Counter.RETRIES, 1);
    return true;
  }

  /**
   * The attempt failed without an answer: makes another, or says that there is to be none.
   *
   * @param begun whether its endpoint may have begun with the request
   */
  boolean afterFailure(Outcome outcome, boolean begun, String flag, String why) {
    Hedge hedge = exchange.hedging;
    if (hedge != null && hedge.underWay()) {
      discarding = null;
      attempt.fail(outcome);
      return hedge.takesOver();
    }
    // Where nothing was begun there is nothing that could multiply.
    if (!(begun ? take() : takeUnmarked())) {
      return false;
    }
    discarding = null;
    attempt.fail(outcome);
    await(flag, why);
    return true;
  }

  /**
   * The attempt takes too long: goes on with the second one beside it, which has a time of its own,
   * or makes another where the rule itself asks for retries.
   */
  boolean afterTimeout(String why) {
    Hedge hedge = exchange.hedging;
    boolean second = hedge != null && hedge.underWay();
    boolean asked = policy.said() && exchange.request.method().idempotent();
    boolean over = limited && loop.ticker.nanos() - deadline >= 0;
    if (over || !attempt.underWay() || !(second || asked)) {
      return false;
    }
    attempt.abandon();
    boolean goesOn = afterFailure(Outcome.TIMED_OUT, true, "UT", why);
    if (second && goesOn) {
      exchange.connection().armTimer();
    }
    return goesOn;
  }

  /** Whether the answer that begins with {@code head} is as good as none, and is thrown away. */
  boolean replaces(ResponseHead head) {
    if (!policy.repeats(head.status()) || !take()) {
      return false;
    }
    attempt.answered(head);
    attempt.avoid();
    discarding = head;
    return true;
  }

  /** Whether an answer is being thrown away. */
  boolean discarding() {
    return discarding != null;
  }

  /**
   * The answer that is thrown away is whole.
   *
   * @param clean whether its connection may serve another request
   */
  void discarded(boolean clean, String from) {
    ResponseHead head = discarding;
    if (head == null) {
      throw new IllegalStateException("no answer is thrown away");
    }
    discarding = null;
    int status = head.status();
    boolean reusable = clean && head.keepAlive() && upload.ended();
    LoadReport load = asked.loadReport(head, loop.counters);
    attempt.complete(Responses.outcome(status), load, Responses.retryAfterNanos(head), reusable);
    Hedge hedge = exchange.hedging;
    if (hedge != null && hedge.takesOver()) {
      return;
    }
    await("URX", from + " answered " + status);
  }

  private void await(String flag, String why) {
    unflagged |= exchange.flags.isEmpty();
    exchange.flag(flag, why);
    exchange.awaitAttempt();
    if (wait == 0) {
      expired();
    } else {
      loop.timers.arm(this, loop.ticker.nanos() + wait);
    }
  }

  @Override
  protected void expired() {
    Balancer balancer = asked.balancer();
    if (balancer == null) {
      throw new IllegalStateException("the request goes to no service");
    }
    exchange.request.mark(exchange.attempts + 1);
    exchange.attempt(balancer, loop.ticker.nanos());
    if (!exchange.answered() && unflagged) {
      // The retry is under way: only what becomes of it is worth a flag.
      exchange.flags = "";
      exchange.detail = "";
    }
    exchange.attemptBegun();
  }
}
