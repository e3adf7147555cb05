package dev.fairlead.app.keep;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/** A file of one process, replaced as a whole: a crash leaves the old text or the new one. */
public final class OrderFile implements OrderStore {
  private final Path file;

  public OrderFile(Path file) {
    this.file = file;
  }

  @Override
  public Optional<String> read() throws IOException {
    Path folder = folder();
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new IOException(folder + " is no folder that can be written to");
    }
    // What is no UTF-8 is no JSON either, and the reader says where.
    return Files.exists(file)
        ? Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  @Override
  public boolean replace(Optional<String> before, String text) throws IOException {
    Path fresh = Files.createTempFile(folder(), ".orders", ".tmp");
    try {
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true); // else the new name may outlive a crash, and its content not
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  @Override
  public boolean isShared() {
    return false;
  }

  private Path folder() {
    return Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file.toAbsolutePath());
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
