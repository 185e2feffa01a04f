package io.troupe.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The structure of the code base: package cycles, layers, and sizes and names of source files. */
final class StructureTest {
  private static final int MAX_LINES = 400;

  /**
   * A file with more than {@link #MAX_LINES} lines gives the reason in a comment with this prefix.
   */
  private static final String REASON = "// More than " + MAX_LINES + " lines: ";

  private static final Pattern VAGUE_NAME =
      Pattern.compile(".*(Util|Utils|Helper|Manager|Impl|Common|Misc)\\.java");

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.troupe");
  }

  @Test
  void importsEveryModule() {
    for (String part :
        List.of(
            "protocols",
            "tensor",
            "nn",
            "training",
            "rollout",
            "reward",
            "data",
            "streams",
            "log",
            "serving")) {
      assertThat(classes)
          .as("classes of io.troupe." + part)
          .anyMatch(type -> type.getPackageName().startsWith("io.troupe." + part));
    }
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.troupe.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void onlyStreamsAndActorsDependOnPekko() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.troupe.streams..", "io.troupe.actors..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.pekko..")
        .check(classes);
  }

  @Test
  void onlyStreamsDependOnAeron() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.troupe.streams..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.aeron..")
        .check(classes);
  }

  @Test
  void onlyCpuKernelsDependOnTheVectorApi() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.troupe.tensor.cpu..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(classes);
  }

  @Test
  void onlyTensorsAndKernelsUseAddresses() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.troupe.tensor..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.troupe.tensor.memory.Memory")
        .orShould()
        .callMethod("io.troupe.tensor.Tensor", "address")
        .check(classes);
  }

  @Test
  void modelsDoNotDependOnOptimizersAndKernelsDoNotDependOnModels() {
    noClasses()
        .that()
        .resideInAPackage("io.troupe.nn..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.troupe.training..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("io.troupe.tensor..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.troupe.nn..")
        .check(classes);
  }

  @Test
  void sourceFilesAreShortOrGiveAReason() throws IOException {
    assertThat(sources().filter(StructureTest::isLongWithoutReason))
        .as("files above %d lines without a line that starts with '%s'", MAX_LINES, REASON)
        .isEmpty();
  }

  @Test
  void sourceFilesHaveNamesWithAMeaning() throws IOException {
    assertThat(sources().filter(file -> VAGUE_NAME.matcher(file.toString()).matches())).isEmpty();
  }

  @Test
  void everyPackageHasAPackageInfo() throws IOException {
    assertThat(sources().map(Path::getParent).distinct())
        .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).exists());
  }

  private static boolean isLongWithoutReason(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.size() > MAX_LINES
          && lines.stream().noneMatch(line -> line.strip().startsWith(REASON));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The main source files of every module, found from the root of the checkout. */
  private static Stream<Path> sources() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> found =
          files
              .filter(file -> file.toString().contains("/src/main/java/"))
              .filter(file -> file.toString().endsWith(".java"))
              .toList();
      assertThat(found).as("main source files below %s", root).hasSizeGreaterThan(500);
      return found.stream();
    }
  }
}
