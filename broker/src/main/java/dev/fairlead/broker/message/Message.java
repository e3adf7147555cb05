package dev.fairlead.broker.message;

/**
 * What clusters and brokers send each other. A message is a value; its constructor refuses, with
 * {@link MalformedMessageException}, what its bounds ({@link Limits}) and structure forbid. Whether
 * its numbers make sense is the receiver's to judge.
 */
public sealed interface Message permits ClusterReport, ReportAnswer, PlanEpoch, EpochAnswer {
  /** The version of the format that this build writes; it reads this one only. */
  int VERSION = 1;

  /** The message in the format that {@link Encoding} describes. */
  default byte[] encode() {
    return Encoding.encode(this);
  }

  /** How many bytes {@link #encode} gives: what it costs to send, without the transport's own. */
  default int encodedBytes() {
    return encode().length;
  }

  /**
   * The message in these bytes.
   *
   * @throws MalformedMessageException whatever is wrong with them; nothing else is thrown
   */
  static Message decode(byte[] bytes) {
    return Encoding.decode(bytes);
  }
}
