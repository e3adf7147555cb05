package dev.fairlead.proxy.http1;

import dev.fairlead.route.RequestView;

/** The parsed head of a request. */
public final class RequestHead extends Head implements RequestView {
  private static final byte[] NO_TRACE = {};

  Method method = Method.OTHER;
  int methodEnd;
  int targetStart;
  int targetEnd;
  int pathStart;
  int pathEnd;
  int queryStart;
  int authorityStart;
  int authorityEnd;
  int hostEnd;
  int attempt = 1;
  boolean expectContinue;

  /** What goes on in place of grpc-timeout; a length of 0: nothing does. */
  final byte[] grpcTimeout = new byte[GrpcTimeout.MAX_LENGTH];

  int grpcTimeoutLength;

  /** What goes on as traceparent in place of the client's; empty: nothing. */
  byte[] traceparent = NO_TRACE;

  public RequestHead(HeadLimits limits) {
    super(limits.maxHeaders());
  }

  private RequestHead(int headers) {
    super(headers);
  }

  /** The same head over bytes of its own, which stay as they are. */
  public RequestHead copy() {
    RequestHead copy = new RequestHead(count);
    copy.copy(this);
    copy.method = method;
    copy.methodEnd = methodEnd;
    copy.targetStart = targetStart;
    copy.targetEnd = targetEnd;
    copy.pathStart = pathStart;
    copy.pathEnd = pathEnd;
    copy.queryStart = queryStart;
    copy.authorityStart = authorityStart;
    copy.authorityEnd = authorityEnd;
    copy.hostEnd = hostEnd;
    copy.expectContinue = expectContinue;
    copy.grpcTimeoutLength = grpcTimeoutLength;
    System.arraycopy(grpcTimeout, 0, copy.grpcTimeout, 0, grpcTimeoutLength);
    copy.traceparent = traceparent.clone();
    return copy;
  }

  public Method method() {
    return method;
  }

  @Override
  public int methodStart() {
    return start;
  }

  @Override
  public int methodEnd() {
    return methodEnd;
  }

  /** The method as text, made anew for one that is not among {@link Method}. */
  public String methodText() {
    return method == Method.OTHER ? text(start, methodEnd) : method.name();
  }

  public int targetStart() {
    return targetStart;
  }

  public int targetEnd() {
    return targetEnd;
  }

  /** Path and query, as sent, without scheme and authority. Made anew by each call. */
  public String targetText() {
    return pathStart == pathEnd ? "/" + text(pathEnd, targetEnd) : text(pathStart, targetEnd);
  }

  /**
   * The raw path. It starts with {@code /}, or is {@code *}, or is empty where an absolute target
   * has none (and means {@code /}).
   */
  @Override
  public int pathStart() {
    return pathStart;
  }

  @Override
  public int pathEnd() {
    return pathEnd;
  }

  @Override
  public int queryStart() {
    return queryStart;
  }

  @Override
  public int queryEnd() {
    return targetEnd;
  }

  /** Host with its port, from Host (with which an absolute target agrees). Never empty. */
  public int authorityStart() {
    return authorityStart;
  }

  public int authorityEnd() {
    return authorityEnd;
  }

  public String authorityText() {
    return text(authorityStart, authorityEnd);
  }

  @Override
  public int hostStart() {
    return authorityStart;
  }

  @Override
  public int hostEnd() {
    return hostEnd;
  }

  /** Whether a hop before this one has sent the request before, and says so. */
  public boolean isRetry() {
    return AttemptMark.isOn(this);
  }

  /**
   * Marks the request for the next hop, unless a hop before did.
   *
   * @param which attempt it is: 1 for the first, which has no mark
   */
  public void mark(int which) {
    attempt = isRetry() ? 1 : which;
  }

  /** Whether the client waits for a 100 before it sends the body. Never for HTTP/1.0. */
  public boolean expectContinue() {
    return expectContinue;
  }

  /**
   * Makes the writer say another grpc-timeout than the client's.
   *
   * @param nanos 0 or more
   */
  public void grpcTimeout(long nanos) {
    int header = find(GrpcTimeout.NAME, 0);
    if (header >= 0) {
      dropped[header] = true;
      grpcTimeoutLength = GrpcTimeout.write(nanos, grpcTimeout);
    }
  }

  /**
   * Makes the writer say this traceparent.
   *
   * @param value which stays as it is until the head is written
   */
  public void traceparent(byte[] value) {
    traceparent = value;
  }

  @Override
  public int header(byte[] lowerName) {
    return find(lowerName, 0);
  }

  @Override
  public int headerValueStart(int header) {
    return valueStart[header];
  }

  @Override
  public int headerValueEnd(int header) {
    return valueEnd[header];
  }

  @Override
  void clear(byte[] buffer, int from, int to) {
    super.clear(buffer, from, to);
    method = Method.OTHER;
    methodEnd = from;
    targetStart = targetEnd = pathStart = pathEnd = from;
    queryStart = -1;
    authorityStart = authorityEnd = hostEnd = from;
    expectContinue = false;
    grpcTimeoutLength = 0;
    traceparent = NO_TRACE;
    attempt = 1;
  }
}
