package dev.fairlead.proxy.http1;

/**
 * Takes a head apart from its HTTP/1.1 form, to encode it otherwise: the control data first, then
 * the fields in their order. Ranges are good for the length of the call.
 */
public interface FieldSink {
  void status(int status);

  /** Begins a request. */
  void method(byte[] bytes, int from, int to);

  void authority(byte[] bytes, int from, int to);

  /** Path and query, or {@code *}. */
  void path(byte[] bytes, int from, int to);

  /**
   * One field.
   *
   * @param id of {@link KnownHeader}, by which a sink may know what the value is
   * @param name in either case
   */
  void field(
      byte id, byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo);

  default void field(byte id, byte[] name, byte[] value) {
    field(id, name, 0, name.length, value, 0, value.length);
  }
}
