package dev.fairlead.app.prices;

/** A cloud's format of price lists. One of these reads one file. */
interface PublishedList {
  /** Dearer than this, in dollars, is a mistaken unit: a PriceSheet refuses it too. */
  double MAX_DOLLARS = 10_000;

  /** An exbibyte a thousand times: more than anyone sends in a month. */
  double MAX_GB = 1e12;

  void read(JsonInput in, Imported into);
}
