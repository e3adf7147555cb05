package dev.fairlead.proxy.http1;

/**
 * What a head may measure at most.
 *
 * @param maxHeadBytes from the first byte of the start line to the empty line, 64…1 MiB
 * @param maxHeaders lines of headers, 1…10 000
 * @param maxTargetBytes of a request's target, 1…{@code maxHeadBytes}
 */
public record HeadLimits(int maxHeadBytes, int maxHeaders, int maxTargetBytes) {
  public HeadLimits {
    if (maxHeadBytes < 64 || maxHeadBytes > 1 << 20) {
      throw new IllegalArgumentException("maxHeadBytes " + maxHeadBytes + " is outside 64…1 MiB");
    }
    if (maxHeaders < 1 || maxHeaders > 10_000) {
      throw new IllegalArgumentException("maxHeaders " + maxHeaders + " is outside 1…10000");
    }
    if (maxTargetBytes < 1 || maxTargetBytes > maxHeadBytes) {
      throw new IllegalArgumentException(
          "maxTargetBytes " + maxTargetBytes + " is outside the head");
    }
  }
}
