package dev.fairlead.route;

import java.util.ArrayList;
import java.util.List;

/** Changes to a head: {@code remove}, then {@code set} (replaces), then {@code add}. */
public record HeaderEdits(List<Header> set, List<Header> add, List<String> remove) {
  public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of(), List.of());

  public HeaderEdits {
    set = List.copyOf(set);
    add = List.copyOf(add);
    remove = List.copyOf(remove);
  }

  public boolean isEmpty() {
    return set.isEmpty() && add.isEmpty() && remove.isEmpty();
  }

  /** Headers as they are after the edits. */
  public List<Header> of(List<Header> headers) {
    List<Header> edited = new ArrayList<>();
    for (Header header : headers) {
      boolean goes =
          remove.stream().anyMatch(header.name()::equalsIgnoreCase)
              || set.stream().map(Header::name).anyMatch(header.name()::equalsIgnoreCase);
      if (!goes) {
        edited.add(header);
      }
    }
    edited.addAll(set);
    edited.addAll(add);
    return edited;
  }

  public record Header(String name, String value) {}
}
