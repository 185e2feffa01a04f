package io.troupe.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All JSON output is written by {@code FiniteJson}, which never writes NaN or Infinity. */
class JsonOutputTest {

  @Test
  void onlyFiniteJsonWritesTheJsonOfRunsAndCommands() throws IOException {
    for (String module : List.of("actors", "deploy")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
          assertThat(Files.readString(file))
              .as(file.toString())
              .doesNotContain("writeValue", "JsonGenerator");
        }
      }
    }
  }
}
