package dev.fairlead.discovery.yaml;

import java.util.Optional;

/** Reads one value. Empty: it was wrong, and the mistake is reported. */
@FunctionalInterface
public interface Reader<T> {
  Optional<T> read(Value value);
}
