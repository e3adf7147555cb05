package dev.fairlead.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.discovery.FakeTimer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentWatchTest {
  private static final Duration INTERVAL = DocumentWatch.DEFAULT_INTERVAL;

  @TempDir private Path folder;
  private final FakeTimer timer = new FakeTimer();
  private int changes;

  @BeforeEach
  void aFile() throws IOException {
    Files.writeString(folder.resolve("a.yaml"), "one");
  }

  private DocumentWatch watch() {
    return DocumentWatch.start(List.of(folder), INTERVAL, timer, () -> changes++);
  }

  private void looks(int count) {
    timer.advance(INTERVAL.multipliedBy(count));
  }

  @Test
  void nothingHappensWhileNothingChanges() {
    watch();
    looks(20);
    assertThat(changes).isZero();
  }

  @Test
  void aChangeIsReportedOnceWhenItHasSettled() throws IOException {
    watch();
    Files.writeString(folder.resolve("a.yaml"), "longer");
    looks(1);
    assertThat(changes).isZero();
    looks(1);
    assertThat(changes).isEqualTo(1);
    looks(20);
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void changesThatComeTogetherAreReportedTogether() throws IOException {
    watch();
    Files.writeString(folder.resolve("a.yaml"), "longer");
    looks(1);
    Files.writeString(folder.resolve("b.yaml"), "new");
    looks(1);
    assertThat(changes).isZero();
    looks(1);
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void anAtomicRenameOfTheSameSizeAndTimeIsSeen() throws IOException {
    Path file = folder.resolve("a.yaml");
    FileTime modified = Files.getLastModifiedTime(file);
    watch();
    Path other = Files.writeString(folder.resolve("a.tmp"), "two");
    Files.setLastModifiedTime(other, modified);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    looks(2);
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void theSymbolicLinkOfAConfigMapIsSeenToSwap() throws IOException {
    Path first = Files.createDirectory(folder.resolve("..v1"));
    Path second = Files.createDirectory(folder.resolve("..v2"));
    Files.writeString(first.resolve("c.yaml"), "one");
    Files.writeString(second.resolve("c.yaml"), "two");
    Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..v1"));
    Files.createSymbolicLink(folder.resolve("c.yaml"), Path.of("..data", "c.yaml"));
    watch();
    Path swap = Files.createSymbolicLink(folder.resolve("..swap"), Path.of("..v2"));
    Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    looks(2);
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void filesThatComeAndGoAreSeenAndOthersAreNot() throws IOException {
    watch();
    Files.delete(folder.resolve("a.yaml"));
    looks(2);
    assertThat(changes).isEqualTo(1);
    Files.writeString(folder.resolve("b.yml"), "new");
    looks(2);
    assertThat(changes).isEqualTo(2);
    Files.writeString(folder.resolve(".b.yml.swp"), "an editor's");
    looks(2);
    assertThat(changes).isEqualTo(2);
  }

  @Test
  void whatNeverSettlesIsReportedAllTheSame() throws IOException {
    watch();
    for (int i = 0; i < DocumentWatch.MAX_UNSETTLED; i++) {
      Files.writeString(folder.resolve("a.yaml"), "x".repeat(10 + i));
      looks(1);
    }
    assertThat(changes).isEqualTo(1);
    looks(2);
    assertThat(changes).as("the settled state is reported too").isEqualTo(2);
    looks(5);
    assertThat(changes).isEqualTo(2);
  }

  @Test
  void aFailureOfTheListenerDoesNotEndTheWatch() throws IOException {
    DocumentWatch.start(
        List.of(folder),
        INTERVAL,
        timer,
        () -> {
          changes++;
          throw new IllegalStateException("the listener's");
        });
    for (int i = 1; i <= 2; i++) {
      Files.writeString(folder.resolve("a.yaml"), "x".repeat(10 + i));
      looks(1);
      assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> looks(1)))
          .hasMessage("the listener's");
      assertThat(changes).isEqualTo(i);
    }
  }

  @Test
  void nothingIsReportedAfterClose() throws IOException {
    DocumentWatch watch = watch();
    Files.writeString(folder.resolve("a.yaml"), "longer");
    watch.close();
    looks(5);
    assertThat(changes).isZero();
    assertThat(timer.pending()).isZero();
  }

  @Test
  void aFolderThatIsDeletedAndComesBackIsSeenBothTimes() throws IOException {
    Path below = Files.createDirectory(folder.resolve("below"));
    Files.writeString(below.resolve("a.yaml"), "one");
    DocumentWatch.start(List.of(below), INTERVAL, timer, () -> changes++);
    Files.delete(below.resolve("a.yaml"));
    Files.delete(below);
    looks(2);
    assertThat(changes).isEqualTo(1);
    Files.createDirectory(below);
    Files.writeString(below.resolve("a.yaml"), "one");
    looks(2);
    assertThat(changes).isEqualTo(2);
  }

  @Test
  void filesThatDocumentsReferToAreWatchedToo(@TempDir Path mounted) throws IOException {
    Path certificate = mounted.resolve("tls.crt");
    try (DocumentWatch watch = watch()) {
      watch.also(Set.of(certificate));
      // Nobody knows what it was when it was read.
      looks(5);
      assertThat(changes).isEqualTo(1);
      Files.writeString(certificate, "one");
      looks(5);
      assertThat(changes).isEqualTo(2);
      watch.also(Set.of(certificate));
      looks(5);
      assertThat(changes).isEqualTo(2);
      watch.also(Set.of());
      looks(5);
      Files.writeString(certificate, "another");
      looks(5);
      assertThat(changes).isEqualTo(3);
    }
  }
}
