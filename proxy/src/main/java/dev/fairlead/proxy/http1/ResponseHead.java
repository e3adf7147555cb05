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

  /** Whether this is a 101 to the very protocol that {@code request} asked for. */
  public boolean upgrades(RequestHead request) {
    if (status != 101 || upgradeIndex < 0 || request.upgradeIndex < 0) {
      return false;
    }
    int length = valueEnd[upgradeIndex] - valueStart[upgradeIndex];
    int asked = request.valueStart[request.upgradeIndex];
    return request.valueEnd[request.upgradeIndex] - asked == length
        && Ascii.equalsIgnoreCase(bytes, valueStart[upgradeIndex], request.bytes, asked, length);
  }

  /**
   * Whether the field of this name is said to follow the body ({@code Trailer}).
   *
   * @param lowerName in lower case
   */
  public boolean announces(byte[] lowerName) {
    for (int i = 0; i < count; i++) {
      if (known[i] == KnownHeader.TRAILER && !dropped[i] && lists(i, lowerName)) {
        return true;
      }
    }
    return false;
  }

  private boolean lists(int header, byte[] lowerName) {
    int to = valueEnd[header];
    int from = valueStart[header];
    while (from < to) {
      int comma = from;
      while (comma < to && bytes[comma] != ',') {
        comma++;
      }
      int first = from;
      int last = comma;
      while (first < last && space(bytes[first])) {
        first++;
      }
      while (first < last && space(bytes[last - 1])) {
        last--;
      }
      if (Ascii.equalsLower(bytes, first, last, lowerName)) {
        return true;
      }
      from = comma + 1;
    }
    return false;
  }

  private static boolean space(byte b) {
    return b == ' ' || b == '\t';
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
