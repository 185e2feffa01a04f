package io.troupe.deploy.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchFlagsTest {
  @TempDir private Path directory;

  /** The main class of a separate process; its loop allocates unless vectors are registers. */
  static final class Sum {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    public static void main(String[] args) {
      float[] values = new float[1 << 12];
      float total = 0;
      for (int i = 0; i < 20_000; i++) {
        total += sum(values);
      }
      System.out.println("total " + total + " from " + FloatVector.class.getModule());
    }

    private static float sum(float[] values) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = 0; i < values.length; i += SPECIES.length()) {
        sum = sum.add(FloatVector.fromArray(SPECIES, values, i));
      }
      return sum.lane(0);
    }
  }

  @Test
  void theCacheHoldsMethodProfilesOfVectorCode() throws IOException, InterruptedException {
    List<String> said = record(flags("Vector API.jar"));
    assertThat(said).anyMatch(line -> line.contains("total 0.0 from unnamed module"));
    assertThat(said).anyMatch(line -> line.contains("full module graph: enabled"));
    assertThat(said).anyMatch(line -> line.matches(".*MethodTrainingData += +[1-9].*"));
  }

  @Test
  void compiledVectorCodeAllocatesNoVectors() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(flags("vectors.jar"));
    command.add("-Xlog:gc:stdout");
    List<String> said = run(command, Sum.class.getName());
    assertThat(said).anyMatch(line -> line.contains("total 0.0"));
    // 5 million additions: as objects of some 100 bytes they would fill the nursery 8 times
    assertThat(said).filteredOn(line -> line.contains("Pause Young")).hasSizeLessThan(5);
  }

  @Test
  void otherVersionsOfTheJdkKeepTheModule() throws IOException {
    Path jvmArgs = Files.write(directory.resolve("jvm.args"), List.of("--add-modules=a", "-Xmx1g"));
    Path to = directory.resolve("launch.args");
    LaunchFlags.write(jvmArgs, to, directory.resolve("none.jar"), 26);
    assertThat(to).hasSameTextualContentAs(jvmArgs);
    assertThat(directory.resolve("none.jar")).doesNotExist();
  }

  private List<String> flags(String jar) throws IOException {
    Path jvmArgs =
        Files.write(
            directory.resolve("jvm.args"),
            List.of("--add-modules=jdk.incubator.vector", "-XX:+UseSerialGC", "-Xmn64m"));
    Path to = directory.resolve("launch.args");
    LaunchFlags.write(jvmArgs, to, directory.resolve(jar), 25);
    return List.of("@" + to);
  }

  private List<String> record(List<String> flags) throws IOException, InterruptedException {
    Path program = directory.resolve("program.jar");
    jar(program);
    List<String> command = new ArrayList<>(flags);
    command.add("-Xlog:aot*=info,cds*=info:stdout");
    command.add("-XX:AOTCacheOutput=" + directory.resolve("cache.aot"));
    command.add("-cp");
    command.add(program.toString());
    return run(command, Sum.class.getName());
  }

  private static void jar(Path file) throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      String name = Sum.class.getName().replace('.', '/') + ".class";
      zip.putNextEntry(new ZipEntry(name));
      try (var bytes = Sum.class.getClassLoader().getResourceAsStream(name)) {
        bytes.transferTo(zip);
      }
    }
  }

  private static List<String> run(List<String> flags, String main)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    if (!flags.contains("-cp")) {
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    }
    command.add(main);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text.lines().toList();
  }
}
