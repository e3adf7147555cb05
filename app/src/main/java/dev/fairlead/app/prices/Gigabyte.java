package dev.fairlead.app.prices;

/**
 * What a list means by GB. The tiers of AWS and Azure end at 1024 GB and its multiples, so theirs
 * is a GiB, as long as nobody knows better.
 */
enum Gigabyte {
  BINARY(1L << 30),
  DECIMAL(1_000_000_000);

  private static final double GIB = 1L << 30;

  private final long bytes;

  Gigabyte(long bytes) {
    this.bytes = bytes;
  }

  double gib(double gb) {
    return gb * bytes / GIB;
  }

  double perGib(double dollarsPerGb) {
    return dollarsPerGb * GIB / bytes;
  }

  /** For people: {@code 2^30 bytes}. */
  String spelled() {
    return this == BINARY ? "2^30 bytes" : "10^9 bytes";
  }
}
