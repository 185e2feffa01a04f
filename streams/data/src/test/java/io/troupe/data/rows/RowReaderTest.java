package io.troupe.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.DataFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowReaderTest {
  @TempDir Path folder;

  private List<Row> read(String name, String content) throws IOException {
    return RowReader.read(Files.writeString(folder.resolve(name), content), 0);
  }

  private static List<Row> fixture(String name) throws Exception {
    return RowReader.read(Path.of(RowReaderTest.class.getResource(name).toURI()), 0);
  }

  private static String text(Row row, String column) {
    return row.find(column).map(Value::asText).orElse(null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12345678.0",
        "1e-7",
        "1E+2",
        "0.10",
        "-0.0",
        "123456789012345678901234567890",
        "3.14159265358979323846264338327950288",
        "9007199254740993"
      })
  void jsonNumbersKeepTheirText(String number) throws Exception {
    Row line = read("a.jsonl", "{\"n\": " + number + ", \"list\": [" + number + "]}").get(0);
    assertThat(text(line, "n")).isEqualTo(number);
    assertThat(text(line, "list")).isEqualTo("[" + number + "]");
    Row element = read("a.json", "[{\"outer\": {\"n\": " + number + "}}]").get(0);
    assertThat(text(element, "outer.n")).isEqualTo(number);
    assertThat(text(element, "outer")).isEqualTo("{\"n\":" + number + "}");
    Row csv = read("a.csv", "n,m\n" + number + ",1\n").get(0);
    assertThat(text(csv, "n")).isEqualTo(number);
  }

  @Test
  void parquetNumbersAreFormattedAsInPython() throws Exception {
    List<Row> rows = fixture("rows.parquet");
    assertThat(rows).hasSize(8);
    for (Row row : rows) {
      assertThat(text(row, "double")).isEqualTo(text(row, "expected"));
    }
    assertThat(rows).extracting(row -> text(row, "double")).startsWith("12345678.0", "1e-07");
    assertThat(rows)
        .extracting(row -> text(row, "float"))
        .containsExactly("0.1", "16777216.0", "1e-07", "3.4e+38", "-1.5", "1e+16", "0.0", null);
    assertThat(rows)
        .extracting(row -> text(row, "decimal"))
        .startsWith("12345678.00", "0.10", "-1.00");
    assertThat(text(rows.get(0), "wide")).isEqualTo("12345678901234567890123456789012345678");
    assertThat(text(rows.get(0), "int64")).isEqualTo("9007199254740993");
    assertThat(text(rows.get(0), "uint64")).isEqualTo("18446744073709551615");
    assertThat(rows).extracting(row -> text(row, "text")).startsWith("12345678.0", "1e-7", "007");
  }

  @Test
  void nanIsReadAndIsAnErrorOnlyWhenUsed() throws Exception {
    Row row =
        read("a.jsonl", "{\"prompt\": \"a\", \"x\": NaN, \"y\": [Infinity, -Infinity]}").get(0);
    assertThat(row.requireText("prompt")).isEqualTo("a");
    assertThat(text(row, "y")).isEqualTo("[Infinity,-Infinity]");
    assertThatThrownBy(() -> row.requireText("x"))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("a.jsonl line 1: column x must be text, got NaN");
    Row parquet = fixture("rows.parquet").get(6);
    assertThatThrownBy(() -> parquet.requireText("double")).hasMessageContaining("got NaN");
    assertThatThrownBy(() -> fixture("rows.parquet").get(0).requireText("bytes"))
        .hasMessageContaining("row 1: column bytes must be text, got 4 bytes");
  }

  @Test
  void nestedFieldsHaveDottedNames() throws Exception {
    List<Row> rows = fixture("verl.parquet");
    Row row = rows.get(2);
    assertThat(row.requireText("reward_model.ground_truth")).isEqualTo("4");
    assertThat(row.requireText("extra_info.index")).isEqualTo("2");
    assertThat(row.requireText("extra_info.score")).isEqualTo("2.5");
    assertThat(row.texts())
        .containsEntry("reward_model.style", "rule")
        .containsEntry("reward_model", "{\"style\":\"rule\",\"ground_truth\":\"4\"}");
    assertThatThrownBy(() -> row.require("reward_model.answer"))
        .hasMessageContaining(
            "row 3 must have the column reward_model.answer, got ability, data_source");
    Row literal = read("a.jsonl", "{\"a.b\": 1, \"a\": {\"b\": 2, \"c\": {\"d\": null}}}").get(0);
    assertThat(literal.requireText("a.b")).isEqualTo("1");
    assertThat(literal.find("a.c.d")).isEmpty();
    assertThat(literal.texts()).containsEntry("a.b", "1").doesNotContainKey("a.c.d");
  }

  @Test
  void nestedValuesAreConvertedToJavaCollections() throws Exception {
    Row row =
        read("a.jsonl", "{\"m\": {\"a\": [1, 2.5, null, true, \"x\", 12345678901234567890]}}")
            .get(0);
    assertThat(((Value.Struct) row.require("m")).toMap().toString())
        .isEqualTo("{a=[1, 2.5, null, true, x, 12345678901234567890]}");
  }

  @ParameterizedTest
  @CsvSource({"UTF-8", "UTF-16LE", "UTF-16BE"})
  void byteOrderMarksAreRemoved(String charset) throws Exception {
    for (String name : List.of("a.jsonl", "a.json", "a.csv")) {
      String content =
          switch (name) {
            case "a.jsonl" -> "{\"prompt\": \"é\"}\r\n{\"prompt\": \"b\"}\r\n";
            case "a.json" -> "[{\"prompt\": \"é\"},\r\n{\"prompt\": \"b\"}]";
            default -> "prompt\r\né\r\nb\r\n";
          };
      Path file = folder.resolve(name);
      Files.write(file, ("\uFEFF" + content).getBytes(charset));
      assertThat(RowReader.read(file, 0))
          .extracting(row -> row.requireText("prompt"))
          .containsExactly("é", "b");
    }
  }

  @Test
  void gzipIsDecompressed() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("{\"prompt\": \"a\"}\n".getBytes(StandardCharsets.UTF_8));
    }
    Path file = Files.write(folder.resolve("a.jsonl.gz"), packed.toByteArray());
    assertThat(RowReader.read(file, 0).get(0).requireText("prompt")).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a[1].parquet", "a*.parquet", "a?b.parquet", "a[!x]{1,2}'.parquet"})
  void parquetFileNamesAreNotGlobPatterns(String name) throws Exception {
    Path source = Path.of(RowReaderTest.class.getResource("trl.parquet").toURI());
    Files.copy(source, folder.resolve(name));
    Files.copy(
        Path.of(RowReaderTest.class.getResource("verl.parquet").toURI()),
        folder.resolve("a1.parquet"));
    assertThat(RowReader.read(folder.resolve(name), 0)).hasSize(2);
    Path inFolder = Files.createDirectory(folder.resolve("data [v1]*"));
    Files.copy(source, inFolder.resolve(name));
    assertThat(RowReader.read(inFolder.resolve(name), 1)).hasSize(1);
  }

  @Test
  void csvFieldsMayContainSeparatorsQuotesAndLineBreaks() throws Exception {
    List<Row> rows =
        read(
            "a.csv",
            "question;answer;2024\r\n\"a; b\";\"say \"\"hi\"\"\r\nthere\";x\r\n\r\nc;;y\r\n");
    assertThat(rows.get(0).texts())
        .isEqualTo(Map.of("question", "a; b", "answer", "say \"hi\"\r\nthere", "2024", "x"));
    assertThat(rows.get(1).texts()).isEqualTo(Map.of("question", "c", "2024", "y"));
    assertThat(rows.get(1).where()).endsWith("a.csv line 5");
    assertThat(read("a.tsv", "a\tb\n1,5\t2\n").get(0).requireText("a")).isEqualTo("1,5");
    assertThat(read("b.csv", "prompt\nx\n").get(0).requireText("prompt")).isEqualTo("x");
  }

  @Test
  void errorNamesTheLineOfInvalidCsv() {
    assertThatThrownBy(() -> read("a.csv", "a,b\n1,2\n3\n"))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("a.csv line 3 must have 2 fields as the first record has, got 1");
    assertThatThrownBy(() -> read("b.csv", "a,b\n1,\"2\"x\n"))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("b.csv must be CSV text");
    assertThatThrownBy(() -> read("c.csv", "a,a\n1,2\n"))
        .hasMessageContaining("must name each column once");
    assertThatThrownBy(() -> read("d.csv", "a,b\n1,\"2\n3,4\n"))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("the quoted field that starts in line 2 is open");
  }

  @Test
  void deepNestingIsAnError() {
    String deep = "[".repeat(5000) + "]".repeat(5000);
    assertThatThrownBy(() -> read("a.jsonl", "{\"a\": " + deep + "}"))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("a.jsonl line 1 is not JSON");
  }
}
