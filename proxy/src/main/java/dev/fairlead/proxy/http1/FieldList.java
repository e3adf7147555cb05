package dev.fairlead.proxy.http1;

import dev.fairlead.route.HeaderEdits;
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

  void to(FieldSink sink) {
    for (int i = 0; i < names.length; i++) {
      sink.field(ids[i], names[i], values[i]);
    }
  }
}
