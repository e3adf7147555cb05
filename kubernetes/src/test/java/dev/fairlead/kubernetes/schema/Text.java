package dev.fairlead.kubernetes.schema;

/** Patterns and rules of what is written as text, as {@code docs/reference/documents.md} has it. */
final class Text {
  static final String DURATION = "^([0-9]{1,5}(h|ms|m|s)){1,4}$";

  /** Four parts of five digits and two letters. */
  static final int DURATION_LENGTH = 28;

  /** From 0 % to 100 %. */
  static final String SHARE = "^(0{0,3}100(\\.0{1,3})?|0{0,4}[0-9]{1,2}(\\.[0-9]{1,3})?)%$";

  /** Any percentage. */
  static final String PERCENT = "^[0-9]{1,6}(\\.[0-9]{1,3})?%$";

  static final int PERCENT_LENGTH = 11;

  /** A part of a locality, a network, a provider: a label's value. */
  static final String PLACE = "^[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$";

  static final int PLACE_LENGTH = 63;

  static final String NAME =
      "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$";

  static final int NAME_LENGTH = 253;

  private static final String PART =
      "([A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?|([A-Za-z0-9][-._A-Za-z0-9]{0,61})?\\*)";

  static final String LOCALITIES = "^" + PART + "(/" + PART + "){0,2}$";
  static final int LOCALITIES_LENGTH = 200;

  /** A header's, cookie's or parameter's name. */
  static final String TOKEN = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

  static final int TOKEN_LENGTH = 256;

  static final String PATH = "^/[!$%&'()*+,./0-9:;=?@A-Z_a-z~-]*$";
  static final int PATH_LENGTH = 2048;

  /** Without a user. */
  static final String HTTP_URL =
      "^https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?([/?][^\\s#]*)?$";

  static final int HTTP_URL_LENGTH = 2048;

  static final String ONE_MS_TO_AN_HOUR =
      "duration(self) >= duration('1ms') && duration(self) <= duration('1h')";

  static final String TO_AN_HOUR = "duration(self) <= duration('1h')";
  static final String SAY_ONE_MS_TO_AN_HOUR = "must be 1ms to 1h";
  static final String SAY_TO_AN_HOUR = "must be at most 1h";
  static final String TENTH_TO_AN_HOUR =
      "duration(self) >= duration('100ms') && duration(self) <= duration('1h')";
  static final String SAY_TENTH_TO_AN_HOUR = "must be 100ms to 1h";

  private Text() {}
}
