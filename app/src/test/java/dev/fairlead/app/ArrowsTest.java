package dev.fairlead.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The architecture's rules: which module may know which, and where time and chance come in. */
class ArrowsTest {
  private static final String ROOT = "dev.fairlead.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // What a module's tests lend to others.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.fairlead");

  /** Each module with all that it may depend on: the table of the architecture. */
  private static final Map<String, List<String>> ARROWS = new LinkedHashMap<>();

  static {
    ARROWS.put("balancer", List.of());
    ARROWS.put("steering", List.of("balancer"));
    ARROWS.put("broker", List.of("balancer", "steering"));
    ARROWS.put("route", List.of("balancer"));
    ARROWS.put("discovery", List.of("balancer", "steering", "route"));
    ARROWS.put("kubernetes", List.of("balancer", "steering", "route", "discovery"));
    ARROWS.put("telemetry", List.of("balancer", "steering", "broker"));
    ARROWS.put("proxy", List.of("balancer", "route"));
    ARROWS.put("simulator", List.of("balancer", "steering", "broker"));
    ARROWS.put(
        "app",
        List.of(
            "balancer",
            "steering",
            "broker",
            "route",
            "discovery",
            "kubernetes",
            "telemetry",
            "proxy",
            "simulator"));
  }

  private static final Set<String> CLOCKS_SLEEPS_AND_CHANCE =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.Thread.sleep",
          "java.lang.Math.random",
          "java.time.Instant.now",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.time.Clock.system",
          "java.util.concurrent.ThreadLocalRandom.current");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "balancer",
        "steering",
        "broker",
        "route",
        "discovery",
        "kubernetes",
        "telemetry",
        "proxy",
        "simulator",
        "app"
      })
  void aModuleKnowsOnlyWhatTheTableAllows(String module) {
    List<String> allowed = new ArrayList<>(List.of(ROOT + module + ".."));
    ARROWS.get(module).forEach(each -> allowed.add(ROOT + each + ".."));

    noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .dependOnClassesThat(
            are(resideInAPackage("dev.fairlead.."))
                .and(not(resideInAnyPackage(allowed.toArray(String[]::new)))))
        .check(CLASSES);
  }

  @Test
  void everyClassBelongsToAModuleOfTheTable() {
    String[] packages = ARROWS.keySet().stream().map(m -> ROOT + m + "..").toArray(String[]::new);

    classes().should().resideInAnyPackage(packages).check(CLASSES);
    for (String module : ARROWS.keySet()) {
      assertThat(CLASSES.that(resideInAPackage(ROOT + module + ".."))).as(module).isNotEmpty();
    }
  }

  @Test
  void kubernetesClientAndItsJsonStayInTheirModule() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "kubernetes..")
        .should()
        // The annotations are Jackson 3's as well.
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.fabric8..",
                "com.fasterxml.jackson.core..",
                "com.fasterxml.jackson.databind..",
                "com.fasterxml.jackson.dataformat.."))
        .check(CLASSES);
  }

  @Test
  void clocksSleepsAndChanceComeInThroughAppOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "app..")
        .should()
        .accessTargetWhere(banned())
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaAccess<?>> banned() {
    return DescribedPredicate.describe(
        "is a clock, a sleep or chance",
        access ->
            CLOCKS_SLEEPS_AND_CHANCE.contains(
                access.getTargetOwner().getName() + "." + access.getTarget().getName()));
  }

  @Test
  void theBanFindsWhatItBans() {
    assertThat(
            CLASSES.stream()
                .flatMap(each -> each.getAccessesFromSelf().stream())
                .filter(access -> banned().test(access))
                .map(access -> access.getOriginOwner().getPackageName()))
        .isNotEmpty()
        .allMatch(name -> name.startsWith(ROOT + "app"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "balancer",
        "steering",
        "broker",
        "discovery",
        "kubernetes",
        "telemetry",
        "proxy",
        "simulator",
        "app"
      })
  void packagesOfAModuleHaveNoCycles(String module) {
    slices().matching(ROOT + module + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyAppHasAMain() {
    methods()
        .that()
        .haveName("main")
        .and()
        .areStatic()
        .should()
        .beDeclaredInClassesThat()
        .resideInAPackage(ROOT + "app..")
        .check(CLASSES);
  }
}
