package dev.fairlead.proxy.http1;

/** The parsed head of a response. */
public final class ResponseHead extends Head {
  int status;
  int reasonStart;
  int reasonEnd;

  public ResponseHead(HeadLimits limits) {
    super(limits.maxHeaders());
  }

  /** 100…599. */
  public int status() {
    return status;
  }

  /** 1xx but 101: another head follows on the same connection. */
  public boolean interim() {
    return status < 200 && status != 101;
  }

  /** The reason phrase may be empty. */
  public int reasonStart() {
    return reasonStart;
  }

  public int reasonEnd() {
    return reasonEnd;
  }

  @Override
  void clear(byte[] buffer, int from, int to) {
    super.clear(buffer, from, to);
    status = 0;
    reasonStart = reasonEnd = from;
  }
}
