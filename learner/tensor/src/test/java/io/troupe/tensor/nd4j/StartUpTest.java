package io.troupe.tensor.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartUpTest {
  /** The main class of a separate process that runs a short training on the CPU backend. */
  static final class OnTheCpu {
    public static void main(String[] args) {
      try (Engine engine = Engine.of(CpuBackend.create(1));
          Scope _ = engine.open("start")) {
        Tensor weight = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2).requiresGrad(true);
        weight.matmul(weight).softmax().sum().backward();
        System.out.println("computed");
      }
    }
  }

  @Test
  void theCpuBackendLoadsNothingOfNd4j() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                OnTheCpu.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).isZero();
    assertThat(lines).anyMatch(line -> line.endsWith("computed"));
    assertThat(lines)
        .noneMatch(line -> line.contains(" org.nd4j.") || line.contains(" org.bytedeco."));
  }
}
