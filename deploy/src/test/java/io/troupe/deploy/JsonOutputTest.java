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
  /** Messages between nodes are CBOR, which has NaN and infinity. */
  private static final String CBOR = "com.fasterxml.jackson.dataformat.cbor";

  @Test
  void onlyFiniteJsonWritesTheJsonOfRunsAndCommands() throws IOException {
    for (String module : List.of("actors", "deploy")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
        for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
          String source = Files.readString(file);
          if (!source.contains(CBOR)) {
            assertThat(source).as(file.toString()).doesNotContain("writeValue", "JsonGenerator");
          }
        }
      }
    }
  }
}
