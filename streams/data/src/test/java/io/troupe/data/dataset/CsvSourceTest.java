package io.troupe.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.protocols.batch.ArrayData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvSourceTest {
  @TempDir Path folder;

  private DataSplits open(String content, String settings) throws IOException {
    Files.writeString(folder.resolve("train.csv"), content);
    return DataSource.open(folder, Examples.config(settings));
  }

  private void assertRejected(String content, String settings, String message) {
    assertThatThrownBy(() -> open(content, settings)).hasMessageContaining(message);
  }

  @Test
  void lastColumnIsTheLabelAndTheHeaderIsOptional() throws IOException {
    Files.writeString(folder.resolve("test.csv"), "5,6,1\n");
    for (String header : new String[] {"", "a,b,label\n", "\"a\",\"b\",\"c\"\r\n\n"}) {
      DataSplits splits = open(header + "1,-2.5,0\r\n\"3\", 4e-1 ,1\n2,2,0", "");
      Map<String, ArrayData> batch = splits.train().batch(0, 1);
      assertThat(batch.get("input").sizes()).containsExactly(2, 2);
      assertThat(Examples.input(batch)).containsExactly(1, -2.5f, 3, 0.4f);
      assertThat(Examples.ints(batch, "label")).containsExactly(0, 1);
      assertThat(Examples.input(splits.test().batch(0))).containsExactly(5, 6);
      assertThat(splits.train().spec().numClasses()).isEqualTo(2);
    }
  }

  @Test
  void namedColumnIsTheLabelAndNamesBecomeClasses() throws IOException {
    Files.writeString(folder.resolve("test.csv"), "kind;a\nox;3\n");
    DataSplits splits = open("kind;a\nox;1\nant;2\n", "label-column = kind");
    assertThat(splits.train().spec().classNames()).containsExactly("ant", "ox");
    assertThat(Examples.ints(splits.train().batch(0, 1), "label")).containsExactly(1, 0);
    Files.writeString(folder.resolve("test.csv"), "kind;a\ncat;3\n");
    assertRejected(
        "kind;a\nox;1\nant;2\n",
        "label-column = kind",
        "test.csv: the label of row 1 must be one of the 2 classes of the training part, got"
            + " 'cat'");
    assertRejected(
        "kind;a\nox;1\n", "label-column = sort", "train.csv, got sort; its first line is kind");
  }

  @Test
  void numericLabelsAreForRegressionAndLabelsAreOptional() throws IOException {
    String rows = "1,2,0.5\n3,4,-1.5\n5,6,2\n";
    Map<String, ArrayData> batch = open(rows, "labels = number").train().batch(0);
    assertThat(batch.get("target")).isInstanceOf(ArrayData.Floats.class);
    assertThat(batch.get("target").sizes()).containsExactly(1, 1);
    batch = open(rows, "labels = none").train().batch(0);
    assertThat(batch.keySet()).containsExactly("input");
    assertThat(batch.get("input").sizes()).containsExactly(1, 3);
    assertRejected(rows, "", "labels must be classes, got 0.5; set labels=number");
  }

  @Test
  void errorNamesTheInvalidRow() {
    assertRejected(
        "1,2,0\n3,1\n", "", "train.csv line 2 must have 3 fields as in the first line, got 2");
    assertRejected(
        "1,2,0\n3,x,1\n", "", "train.csv line 2 column 2 must be a finite number, got 'x'");
    assertRejected(
        "1,2,0\n3,,1\n", "", "train.csv line 2 column 2 must be a finite number, got ''");
    assertRejected(
        "1,2,0\n3,NaN,1\n", "", "train.csv line 2 column 2 must be a finite number, got 'NaN'");
    assertRejected("1,2,0\n3,1e99,1\n", "", "column 2 must be a finite number, got '1e99'");
    assertRejected("", "", "train.csv must have rows of numbers, got none");
    assertRejected("a,b,c\n", "", "train.csv must have rows of numbers, got none");
    assertRejected("1\n2\n", "", "separated by commas, got one column");
    assertRejected(
        "1,0\n2,7\n", "num-classes = 2", "the label of example 1 must be from 0 to 1, got 7");
  }

  @Test
  void fieldsAreQuotedAndSeparatedAsInRfc4180() throws IOException {
    for (String separator : new String[] {",", ";", "\t"}) {
      String rows =
          "\uFEFFx,\"y\nz\",kind\r\n1,\"2\",\"a\"\"b\"\r\n3,4,c\r\n5,6,c\r\n"
              .replace(",", separator);
      DataSplits splits = open(rows, "test-fraction = 0.0001");
      assertThat(splits.train().spec().classNames()).containsExactly("a\"b", "c");
    }
    DataSplits splits = open("a,b,c\n1,2,\"x,y\"\n3,4,\"x\ny\"\n5,6,\"x\ny\"\n", "");
    assertThat(splits.train().spec().classNames()).containsExactly("x\ny", "x,y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0,1,2,label\n",
        "1,2,3,4\n",
        ",0,1,2\n",
        "id,2019,2020,label\n",
        "10,20,30,label\n",
        "f_1,f_2,f_3,7\n"
      })
  void columnsMayBeNamedByNumbers(String header) throws IOException {
    DataSplits splits = open(header + "0.5,1.5,2.5,0\n1.5,2.5,3.5,1\n2.5,3.5,4.5,1\n", "");
    assertThat(splits.train().size() + splits.test().size()).isEqualTo(3);
  }

  @Test
  void twoFeaturesAndTheLabelMayBeNamedByTheirPositions() throws IOException {
    for (String header : new String[] {"0,1,2\n", "1,2,3\n"}) {
      DataSplits splits = open(header + "0.5,1.5,0\n1.5,2.5,1\n2.5,3.5,1\n", "");
      assertThat(splits.train().size() + splits.test().size()).isEqualTo(3);
      assertThat(splits.train().spec().classNames()).hasSize(2);
    }
    DataSplits data = open("0,1,2\n3,4,2\n5,6,0\n7,8,1\n", "");
    assertThat(data.train().size() + data.test().size()).isEqualTo(4);
  }

  @Test
  void tabSeparatedFilesAreTables() throws IOException {
    Path file = Files.writeString(folder.resolve("table.tsv"), "x\ty\tkind\n1\t2\t0\n3\t4\t1\n");
    DataSplits splits = DataSource.open(file, Examples.config(""));
    assertThat(splits.train().size() + splits.test().size()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.5,NA,2,0\n", "1.5,3x,2,0\n", "1.5,,2,0\n", "?,?,?,0\n", "1.5,1.5,abc,0\n"})
  void firstRowMustContainNamesOrNumbers(String row) {
    assertRejected(
        row + "1,2,3,1\n4,5,6,0\n",
        "",
        "train.csv line 1 must have column names or numbers, got " + row.strip());
  }

  @Test
  void firstRowOfNumbersIsData() throws IOException {
    DataSplits splits = open("1,2,a\n3,4,b\n5,6,b\n", "test-fraction = 0.0001");
    assertThat(splits.train().size() + splits.test().size()).isEqualTo(3);
    Map<String, ArrayData> batch = splits.train().batch(0);
    assertThat(batch.get("input").sizes()).containsExactly(1, 2);
    assertThat(open("7,8,0\n1,2,1\n3,4,1\n", "labels = none").train().size()).isPositive();
  }

  @Test
  void shapeTurnsRowsIntoImages() throws IOException {
    String rows = "0,8,16,4,0\n1,2,3,4,1\n1,2,3,4,1\n";
    DataSplits splits = open(rows, "shape = 1x2x2, scale = 16, test-fraction = 0.3");
    assertThat(splits.train().spec().kind()).isEqualTo(ExampleSpec.Kind.IMAGE);
    assertThat(splits.train().spec().shape()).isEqualTo("1x2x2");
    assertThat(Examples.input(splits.train().batch(0, 1))).contains(0.0625f, 0.25f);
    assertRejected(
        rows, "shape = [1, 3, 3]", "shape must have 4 numbers, got 1x3x3; an example of ");
  }

  @Test
  void normalizesWithTheStatisticsOfTheTrainingSet() throws IOException {
    Files.writeString(folder.resolve("test.csv"), "100,100,0\n");
    DataSplits splits = open("1,7,0\n3,7,1\n", "normalize = true");
    assertThat(splits.normalization().mean()).containsExactly(2.0, 7.0);
    assertThat(splits.normalization().std()).containsExactly(1.0, 1.0);
    assertThat(Examples.input(splits.train().batch(0, 1))).containsExactly(-1, 0, 1, 0);
    assertThat(Examples.input(splits.test().batch(0))).containsExactly(98, 93);
  }

  @Test
  void gzipIsReadAndInvalidBytesAreReported() throws IOException {
    Files.write(
        folder.resolve("a.csv.gz"),
        Examples.packed("1,0\n2,1\n".getBytes(StandardCharsets.US_ASCII)));
    assertThat(DataSource.open(folder, Examples.config("")).train().size()).isEqualTo(1);
    Files.write(folder.resolve("a.csv.gz"), Examples.packed(new byte[] {'1', ',', (byte) 0xE9}));
    assertThatThrownBy(() -> DataSource.open(folder, Examples.config("")))
        .hasMessageContaining("a.csv.gz must be UTF-8 text, got other bytes");
  }

  @Test
  void digitsAreRead() {
    DataSplits splits =
        DataSource.open(
            SharedData.require("digits"),
            Examples.config("shape = 1x8x8, scale = 16, validation-fraction = 0.1"));
    assertThat(splits.description())
        .isEqualTo(
            "CSV: 1,455 training, 162 validation and 180 test examples of 1x8x8, 10 classes");
    float[] pixels = Examples.input(splits.train().batch(0));
    assertThat(pixels).hasSize(64).contains(0f, 0.5f);
  }
}
