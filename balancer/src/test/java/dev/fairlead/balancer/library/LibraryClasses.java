package dev.fairlead.balancer.library;

import dev.fairlead.balancer.pick.ServiceBalancer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The balancer's class files.
 *
 * @param root the folder of the unnamed package
 */
record LibraryClasses(Path root) {
  /** Those that these tests run on. */
  static final LibraryClasses OF_THIS_BUILD = new LibraryClasses(rootOf(ServiceBalancer.class));

  private static Path rootOf(Class<?> one) {
    try {
      return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
  }

  /** All classes but the descriptors of module and packages, loaded and not initialised. */
  List<Class<?>> classes() throws IOException, ClassNotFoundException {
    List<Class<?>> classes = new ArrayList<>();
    for (Path file : files()) {
      String path = root.relativize(file).toString();
      if (!path.endsWith("-info.class")) {
        String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
        classes.add(Class.forName(name, false, LibraryClasses.class.getClassLoader()));
      }
    }
    return classes;
  }
}
