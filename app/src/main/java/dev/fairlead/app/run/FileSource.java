package dev.fairlead.app.run;

import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Here;
import dev.fairlead.discovery.Timer;
import dev.fairlead.discovery.watch.DocumentWatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Documents in files and folders. */
final class FileSource implements DocumentSource {
  private final List<Path> paths;
  private final Here here;
  private final Timer timer;
  private Optional<DocumentWatch> watch = Optional.empty();

  FileSource(List<Path> paths, Here here, Timer timer) {
    this.paths = paths;
    this.here = here;
    this.timer = timer;
  }

  @Override
  public void watch(OnChange onChange) {
    watch =
        Optional.of(
            DocumentWatch.start(
                paths,
                DocumentWatch.DEFAULT_INTERVAL,
                timer,
                () -> onChange.changed("the files changed")));
  }

  @Override
  public Optional<Documents.Result> read() {
    Documents.Result result = Documents.read(paths, here);
    watch.ifPresent(watching -> watching.also(result.files()));
    return Optional.of(result);
  }

  @Override
  public void applied(List<String> problems) {
    // Nobody but the log and the admin API is told.
  }

  @Override
  public void close() {
    watch.ifPresent(DocumentWatch::close);
  }
}
