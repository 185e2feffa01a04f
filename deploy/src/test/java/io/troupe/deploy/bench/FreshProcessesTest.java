package io.troupe.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FreshProcessesTest {
  @Test
  void aProcessRunsTheSameBenchmarkOnceWithJsonOutput() {
    assertThat(arguments("bench", "train", "--processes", "10", "--shape", "tiny"))
        .containsExactly("bench", "train", "--shape", "tiny", "--json");
    assertThat(arguments("bench", "train", "--json", "--processes=10"))
        .containsExactly("bench", "train", "--json");
  }

  private static List<String> arguments(String... all) {
    return FreshProcesses.ofOneEach("Main", List.of(all)).arguments();
  }
}
