package dev.fairlead.app.keep;

import dev.fairlead.kubernetes.lead.LeaseNote;
import java.io.IOException;
import java.util.Optional;

/** At the leader lock of all controllers of a cluster: what one of them is told holds for all. */
public final class OrderLease implements OrderStore {
  /** Of the annotation. */
  public static final String KEY = "fairlead.dev/orders";

  private final LeaseNote note;

  public OrderLease(LeaseNote note) {
    this.note = note;
  }

  @Override
  public Optional<String> read() throws IOException {
    return note.read();
  }

  @Override
  public boolean replace(Optional<String> before, String text) throws IOException {
    return note.replace(before, text);
  }

  @Override
  public int mostCharacters() {
    return LeaseNote.MOST_CHARACTERS;
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public String toString() {
    return note.toString();
  }
}
