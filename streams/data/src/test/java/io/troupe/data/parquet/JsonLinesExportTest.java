package io.troupe.data.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.rows.Row;
import io.troupe.data.rows.RowReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesExportTest {
  @TempDir private Path temporary;

  private JsonLinesExport export(String... lines) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("it's [1]"));
    SequencedMap<String, String> columns = new LinkedHashMap<>();
    columns.put("step", "BIGINT");
    columns.put("text", "VARCHAR");
    columns.put("reward", "DOUBLE");
    columns.put("rewards", "MAP(VARCHAR, DOUBLE)");
    return new JsonLinesExport(
        Files.write(folder.resolve("samples.jsonl"), List.of(lines)), columns);
  }

  @Test
  void objectsOfTheStepsAreWritten() throws IOException {
    JsonLinesExport export =
        export(
            "{\"step\":1,\"text\":\"a\",\"reward\":1.0,\"rewards\":{\"length\":1.0}}",
            "{\"step\":2,\"text\":\"\\u00e9 \\\"quoted\\\"\\n"
                + "line\",\"reward\":null,\"rewards\":{}}",
            "{\"step\":3,\"text\":\"c\",\"reward\":0.5,\"rewards\":{\"length\":0.5}}");
    Path parquet = temporary.resolve("it's [1]").resolve("part.parquet");

    export.write(2, 3, parquet);

    List<Map<String, String>> rows = RowReader.read(parquet, 0).stream().map(Row::texts).toList();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0)).containsEntry("text", "\u00e9 \"quoted\"\nline");
    assertThat(rows.get(0)).doesNotContainKey("reward");
    assertThat(rows.get(1)).containsEntry("rewards.length", "0.5").containsEntry("step", "3");
    try (var files = Files.list(parquet.getParent())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("samples.jsonl", "part.parquet");
    }
  }

  @Test
  void noFileIsWrittenWithoutObjects() throws IOException {
    JsonLinesExport export = export("{\"step\":1}");
    Path parquet = temporary.resolve("part.parquet");
    export.write(5, 9, parquet);
    export().write(0, 9, parquet); // an empty source
    assertThat(temporary).isDirectoryNotContaining(file -> file.toString().contains("part"));
  }

  @Test
  void errorForAnIncompleteLineNamesTheFile() throws IOException {
    JsonLinesExport export = export("{\"step\":1", "{\"step\":2}");
    assertThatThrownBy(() -> export.write(1, 2, temporary.resolve("part.parquet")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("samples.jsonl");
  }
}
