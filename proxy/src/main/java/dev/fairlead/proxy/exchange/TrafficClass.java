package dev.fairlead.proxy.exchange;

import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.http1.RequestHead;

/**
 * The header in which hops tell one another a request's priority class: {@code x-fairlead-class:
 * 0}, the lowest, to {@code 7}. A class above the usual one is believed only from a peer whose
 * certificate was verified: from anybody else it would be everybody's. A lower one can only take
 * away from the request that has it. What is not believed, or is no class, is not passed on either.
 */
final class TrafficClass {
  /** Of copies, which nobody waits for. */
  static final int LOWEST = 0;

  static final int USUAL = 3;
  private static final int HIGHEST = 7;

  private TrafficClass() {}

  /**
   * The class of a request, whose header is dropped if it is not believed.
   *
   * @param verified whether the peer is known by its certificate
   */
  static int of(RequestHead head, boolean verified) {
    int header = head.find(KnownHeader.X_FAIRLEAD_CLASS);
    if (header < 0) {
      return USUAL;
    }
    int said = digit(head, header);
    boolean several = false;
    for (int at = header + 1; at < head.headerCount(); at++) {
      several |= head.known(at) == KnownHeader.X_FAIRLEAD_CLASS;
    }
    if (said >= 0 && !several && (verified || said <= USUAL)) {
      return said;
    }
    for (int at = header; at < head.headerCount(); at++) {
      if (head.known(at) == KnownHeader.X_FAIRLEAD_CLASS) {
        head.drop(at);
      }
    }
    return USUAL;
  }

  /** −1 where it is no class. */
  private static int digit(RequestHead head, int header) {
    int from = head.valueStart(header);
    int digit = head.valueEnd(header) - from == 1 ? head.bytes()[from] - '0' : -1;
    return digit >= 0 && digit <= HIGHEST ? digit : -1;
  }
}
