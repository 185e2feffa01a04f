package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The JVM options name classes and methods of kernels, and must be updated when a kernel moves. */
class CompileCommandsTest {
  private static final Path OPTIONS = Path.of("../../deploy/src/main/dist/jvm.args");

  @Test
  void everyCompileCommandNamesAnExistingMethod() throws ClassNotFoundException {
    List<String> methods = ofJvm().stream().map(o -> o.substring(o.indexOf(',') + 1)).toList();
    assertThat(methods).isNotEmpty();
    for (String method : methods) {
      String[] classAndName = method.split("::");
      Class<?> owner = Class.forName(classAndName[0]);
      assertThat(Arrays.stream(owner.getDeclaredMethods()).map(m -> m.getName()))
          .as(method)
          .anyMatch(name -> classAndName[1].equals("*") || classAndName[1].equals(name));
    }
  }

  @Test
  void theJvmHasEveryCompileCommandOfTheFile() throws IOException {
    assertThat(ofJvm()).isEqualTo(commands(Files.readAllLines(OPTIONS).stream()));
  }

  private static List<String> ofJvm() {
    return commands(ManagementFactory.getRuntimeMXBean().getInputArguments().stream());
  }

  private static List<String> commands(Stream<String> options) {
    return options.filter(option -> option.matches("-XX:CompileCommand=\\w+,.*")).toList();
  }
}
