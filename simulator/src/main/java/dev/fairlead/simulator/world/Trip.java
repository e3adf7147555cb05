package dev.fairlead.simulator.world;

import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Lease;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way from a caller to a pod and back, retries included. Reused, so that
 * requests make no garbage; plain fields, since it is what the simulation mostly touches.
 */
public final class Trip {
  /** Where it is. */
  public enum State {
    /** In nobody's hands. */
    FREE,
    /** With the caller, or on its way. */
    TRAVELLING,
    /** In a pod's queue. */
    WAITING,
    /** A worker is busy with it. */
    SERVED,
    /** The pod waits for what it called. */
    CALLING
  }

  /** As many as {@link dev.fairlead.simulator.scenario.Service#retries} can be. */
  private static final int MOST_RETRIES = 3;

  /** Its number among all trips. */
  public final int index;

  /** Which of its lives it is in: grows whenever it is set free. */
  public int life;

  /** Grows whenever an event for it is added, so that it has at most one that counts. */
  public int step;

  public State state = State.FREE;

  /** Index of the service. */
  public int service;

  /** Index of the caller, which has the balancer. */
  public int caller;

  public int trafficClass;
  public long startedAt;

  /** When its present pod took it. */
  long reachedAt;

  /** Requests that the pod had then. */
  int inFlightThen;

  /** What chance has in store for it: see {@link dev.fairlead.simulator.law.Bits#at}. */
  public long chance;

  public boolean hasKey;
  public long key;
  public long requestBytes;
  public long responseBytes;

  /** How long a worker is busy with it; −1: as the pod's law says. */
  public long serviceNanos;

  public int attempts;
  public @Nullable Lease lease;
  public @Nullable Pod pod;

  /** Pods that earlier attempts went to; as many as there were attempts before this one. */
  public final Pod[] tried = new Pod[MOST_RETRIES];

  /** How the present attempt ends for its caller. */
  public Outcome outcome = Outcome.REPLIED;

  /** It was turned away for want of room, here or at one that it called. */
  public boolean shed;

  /** The caller waits no longer, while the pod still works on it. */
  public boolean abandoned;

  /** Whose work this is a part of; null for traffic. */
  public @Nullable Trip parent;

  public int parentLife;

  /** Its stream of traffic; −1 for a call. */
  public int stream;

  /** The user who sent it; −1 for none. */
  public int user;

  /** Which of its calls is made next, and how many times more. */
  public int nextCall;

  public int callsLeft;

  /** Calls that have been made and not ended. */
  public int callsPending;

  /** Neighbours in a pod's queue. */
  @Nullable Trip previous;

  @Nullable Trip next;

  /** Where its work ends on the pod's scale of work done for each request; on machines. */
  double workEnd;

  public Trip(int index) {
    this.index = index;
  }

  /** Whether a pod has it in hand. */
  public boolean isInPod() {
    return state == State.WAITING || state == State.SERVED || state == State.CALLING;
  }
}
