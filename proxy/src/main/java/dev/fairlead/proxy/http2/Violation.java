package dev.fairlead.proxy.http2;

import java.util.Locale;

/**
 * The rule of framing, of streams or of decency that a peer broke. What a message's head breaks is
 * a {@link dev.fairlead.proxy.http1.Reject}. Their names are their metric label, so they must stay.
 */
public enum Violation {
  BAD_PREFACE(ErrorCode.PROTOCOL_ERROR),
  /** The first frame is no SETTINGS. */
  NO_SETTINGS(ErrorCode.PROTOCOL_ERROR),
  /** Larger than we allow, or not of the size that its type has. */
  FRAME_SIZE(ErrorCode.FRAME_SIZE_ERROR),
  /** A stream where there must be none, none where there must be one, or one of the other side. */
  BAD_STREAM_ID(ErrorCode.PROTOCOL_ERROR),
  /** A frame on a stream that nobody has opened. */
  IDLE_STREAM(ErrorCode.PROTOCOL_ERROR),
  CLOSED_STREAM(ErrorCode.STREAM_CLOSED),
  /** Padding as long as the frame. */
  BAD_PADDING(ErrorCode.PROTOCOL_ERROR),
  BAD_SETTING(ErrorCode.PROTOCOL_ERROR),
  /** A frame between those of a field block, or a block's frame without its first. */
  BROKEN_BLOCK(ErrorCode.PROTOCOL_ERROR),
  BAD_COMPRESSION(ErrorCode.COMPRESSION_ERROR),
  SELF_DEPENDENCY(ErrorCode.PROTOCOL_ERROR),
  PUSH(ErrorCode.PROTOCOL_ERROR),
  ZERO_INCREMENT(ErrorCode.PROTOCOL_ERROR),
  WINDOW_OVERFLOW(ErrorCode.FLOW_CONTROL_ERROR),
  /** More data than the window allows. */
  WINDOW_EXCEEDED(ErrorCode.FLOW_CONTROL_ERROR),
  /** Fields that make no message, or a message whose parts come in no order that there is. */
  MALFORMED(ErrorCode.PROTOCOL_ERROR),
  /** A body that is not as long as Content-Length says. */
  LENGTH_MISMATCH(ErrorCode.PROTOCOL_ERROR),
  TOO_MANY_STREAMS(ErrorCode.REFUSED_STREAM),
  SETTINGS_TIMEOUT(ErrorCode.SETTINGS_TIMEOUT),
  /** Streams opened only to be reset, by the client or by what it makes us say. */
  RESET_FLOOD(ErrorCode.ENHANCE_YOUR_CALM),
  CONTINUATION_FLOOD(ErrorCode.ENHANCE_YOUR_CALM),
  PING_FLOOD(ErrorCode.ENHANCE_YOUR_CALM),
  SETTINGS_FLOOD(ErrorCode.ENHANCE_YOUR_CALM),
  EMPTY_FRAME_FLOOD(ErrorCode.ENHANCE_YOUR_CALM),
  WINDOW_UPDATE_FLOOD(ErrorCode.ENHANCE_YOUR_CALM),
  /** PRIORITY and frames of unknown types. */
  IGNORED_FRAME_FLOOD(ErrorCode.ENHANCE_YOUR_CALM),
  /** The peer asks and does not read what it gets. */
  SLOW_READER(ErrorCode.ENHANCE_YOUR_CALM);

  private final ErrorCode code;
  private final String id;

  Violation(ErrorCode code) {
    this.code = code;
    this.id = name().toLowerCase(Locale.ROOT);
  }

  public ErrorCode code() {
    return code;
  }

  /** A metric label: {@code reset_flood}. */
  public String id() {
    return id;
  }
}
