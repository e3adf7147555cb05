package dev.fairlead.telemetry.ping;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Sends one ping: a network, or a test. */
@FunctionalInterface
public interface Probe {
  /** Completes with the answer's HTTP status when its head is here; exceptionally without one. */
  CompletableFuture<Integer> send(URI uri, Duration timeout);
}
