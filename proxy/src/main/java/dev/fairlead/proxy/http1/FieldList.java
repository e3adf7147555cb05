package dev.fairlead.proxy.http1;

import dev.fairlead.route.HeaderEdits;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Fields that are always the same, as bytes, for encodings other than HTTP/1.1's. Immutable. */
final class FieldList {
  private final byte[][] names;
  private final byte[][] values;
  private final byte[] ids;

  FieldList(List<HeaderEdits.Header> fields) {
    names = new byte[fields.size()][];
    values = new byte[fields.size()][];
    ids = new byte[fields.size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = Ascii.bytes(fields.get(i).name().toLowerCase(Locale.ROOT));
      values[i] = Ascii.bytes(fields.get(i).value());
      ids[i] = KnownHeader.of(names[i], 0, names[i].length);
    }
  }

  private FieldList(byte[][] names, byte[][] values, byte[] ids) {
    this.names = names;
    this.values = values;
    this.ids = ids;
  }

  /** These, and then others. */
  FieldList then(FieldList more) {
    int length = names.length;
    int all = length + more.names.length;
    FieldList both =
        new FieldList(
            Arrays.copyOf(names, all), Arrays.copyOf(values, all), Arrays.copyOf(ids, all));
    System.arraycopy(more.names, 0, both.names, length, more.names.length);
    System.arraycopy(more.values, 0, both.values, length, more.names.length);
    System.arraycopy(more.ids, 0, both.ids, length, more.names.length);
    return both;
  }

  void to(FieldSink sink) {
    for (int i = 0; i < names.length; i++) {
      sink.field(ids[i], names[i], values[i]);
    }
  }
}
