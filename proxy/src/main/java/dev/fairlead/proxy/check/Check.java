package dev.fairlead.proxy.check;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.pick.EndpointCheck;
import dev.fairlead.proxy.loop.TimerWheel;
import java.util.OptionalInt;

/** One check on its way, which ends once: by what it finds, or by its time-out. */
abstract class Check extends TimerWheel.Timer {
  final Checker checker;
  final CompiledCheck check;
  private final EndpointCheck endpoint;
  private boolean ended;

  Check(Checker checker, CompiledCheck check, EndpointCheck endpoint) {
    this.checker = checker;
    this.check = check;
    this.endpoint = endpoint;
  }

  final void begin() {
    checker.timers.arm(this, checker.ticker.nanos() + check.timeoutNanos());
    send();
  }

  /** Sends it; by the end of the call it may have ended. */
  abstract void send();

  /** Closes what is open: nothing that still comes matters. */
  abstract void abandon();

  final Address address() {
    Address address = endpoint.endpoint().address();
    OptionalInt own = check.check().port();
    return own.isEmpty() ? address : new Address(address.host(), own.getAsInt());
  }

  final boolean underWay() {
    return !ended;
  }

  final void passed() {
    if (!ended) {
      check.counters().countPassed();
      end(true, "");
    }
  }

  /**
   * @param why for people
   */
  final void failed(String why) {
    if (!ended) {
      check.counters().countFailed();
      end(false, why);
    }
  }

  /** It could not be sent, for a reason that is no fault of the endpoint: nothing is known. */
  final void undecided() {
    if (!ended) {
      ended = true;
      checker.timers.cancel(this);
      checker.notBegun();
    }
  }

  private void end(boolean ok, String why) {
    ended = true;
    checker.timers.cancel(this);
    checker.ended(check, endpoint, ok, why);
  }

  @Override
  protected final void expired() {
    if (!ended) {
      check.counters().countTimedOut();
      end(false, "no answer within " + check.check().timeout().toMillis() + "ms");
      abandon();
    }
  }
}
