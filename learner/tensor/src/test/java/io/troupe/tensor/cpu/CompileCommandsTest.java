package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The JVM options name classes and methods of kernels, and must be updated when a kernel moves. */
class CompileCommandsTest {
  @Test
  void everyCompileCommandNamesAnExistingMethod() throws ClassNotFoundException {
    List<String> methods =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.matches("-XX:CompileCommand=\\w+,.*"))
            .map(option -> option.substring(option.indexOf(',') + 1))
            .toList();
    assertThat(methods).hasSizeGreaterThan(10);
    for (String method : methods) {
      String[] classAndName = method.split("::");
      Class<?> owner = Class.forName(classAndName[0]);
      assertThat(Arrays.stream(owner.getDeclaredMethods()).map(m -> m.getName()))
          .as(method)
          .anyMatch(name -> classAndName[1].equals("*") || classAndName[1].equals(name));
    }
  }
}
