package dev.fairlead.balancer.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the module promises to whoever embeds it. */
class ModuleTest {
  /** Java 21's class files. */
  private static final int NEWEST_CLASS_FILE = 65;

  private static final String DESCRIPTOR = "META-INF/versions/17/module-info.class";

  private final LibraryClasses library = LibraryClasses.OF_THIS_BUILD;

  @Test
  void needsTheJavaBaseModuleAndNothingElseAtRunTime() throws IOException {
    Set<String> atRunTime =
        descriptor().requires().stream()
            .filter(each -> !each.modifiers().contains(Requires.Modifier.STATIC))
            .map(Requires::name)
            .collect(Collectors.toSet());

    assertThat(atRunTime).containsExactly("java.base");
  }

  @Test
  void annotationsForCompilersAreNotAskedOfThoseWhoRequireIt() throws IOException {
    assertThat(descriptor().requires())
        .filteredOn(each -> !each.name().equals("java.base"))
        .allSatisfy(
            each -> {
              assertThat(each.name()).isEqualTo("org.jspecify");
              assertThat(each.modifiers()).containsExactly(Requires.Modifier.STATIC);
            });
  }

  @Test
  void exportsToAllEachPackageThatHasSomethingPublic() throws Exception {
    Set<String> withPublic = new TreeSet<>();
    for (Class<?> each : library.classes()) {
      if (Modifier.isPublic(each.getModifiers())) {
        withPublic.add(each.getPackageName());
      }
    }
    ModuleDescriptor module = descriptor();

    assertThat(module.name()).isEqualTo("dev.fairlead.balancer");
    assertThat(module.exports()).extracting(Exports::source).hasSameElementsAs(withPublic);
    assertThat(module.exports()).noneMatch(Exports::isQualified);
    assertThat(module.opens()).isEmpty();
    assertThat(module.uses()).isEmpty();
    assertThat(module.provides()).isEmpty();
  }

  @Test
  void eachClassFileIsForJava21() throws IOException {
    assertThat(library.files())
        .isNotEmpty()
        .allSatisfy(
            file -> {
              try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
                assertThat(in.readInt()).isEqualTo(0xCAFEBABE);
                in.readUnsignedShort();
                assertThat(in.readUnsignedShort()).isLessThanOrEqualTo(NEWEST_CLASS_FILE);
              }
            });
  }

  @Test
  void codeRefersToNothingButTheJdksBaseAndItself() throws Exception {
    String found =
        EmbeddingProgram.tool(
            "jdeps", "-verbose:package", "--ignore-missing-deps", library.root().toString());

    assertThat(found.lines().filter(line -> line.matches(" +\\S+ +-> .*")))
        .isNotEmpty()
        .allSatisfy(
            line -> {
              String[] words = line.strip().split(" +", 4); // from -> package, where it is
              boolean annotations = words[2].equals("org.jspecify.annotations");
              boolean own = words[2].startsWith("dev.fairlead.balancer");
              assertThat(annotations || own || words[3].equals("java.base")).as(line).isTrue();
            });
  }

  private ModuleDescriptor descriptor() throws IOException {
    Path file = library.root().resolve(DESCRIPTOR);
    try (InputStream in = Files.newInputStream(file)) {
      return ModuleDescriptor.read(in);
    }
  }
}
