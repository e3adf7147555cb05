package dev.fairlead.route;

/**
 * A request as routes look at it: ranges of one byte array, so that routing makes no garbage.
 * Implemented by the parser's own head.
 */
public interface RequestView {
  /** What all offsets are offsets into. */
  byte[] bytes();

  int methodStart();

  int methodEnd();

  /** Host without port, in any case. */
  int hostStart();

  int hostEnd();

  /** The raw path, without query. Empty means {@code /}. */
  int pathStart();

  int pathEnd();

  /** Behind the question mark; −1 where there is none. */
  int queryStart();

  int queryEnd();

  /** The first header of this lower-case name, −1 if there is none. */
  int header(byte[] lowerName);

  int headerValueStart(int header);

  int headerValueEnd(int header);
}
