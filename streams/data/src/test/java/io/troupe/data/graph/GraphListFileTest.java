package io.troupe.data.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.DataFormatException;
import io.troupe.protocols.graph.GraphDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphListFileTest {
  @TempDir Path folder;

  private GraphDataset read(String text) throws IOException {
    return GraphListFile.read(Files.writeString(folder.resolve("graphs.txt"), text));
  }

  @Test
  void labelsAndTagsAreNumberedInAscendingOrder() throws IOException {
    GraphDataset data = read("2\n2 5\n7 1 1\n3 1 0\n1 -1\n9 0\n\n");
    assertThat(data.numClasses()).isEqualTo(2);
    assertThat(data.numTags()).isEqualTo(3);
    GraphDataset.LabeledGraph first = data.graphs().getFirst();
    assertThat(first.label()).isEqualTo(1);
    assertThat(first.tags()).containsExactly(1, 0);
    assertThat(first.edges().sources()).containsExactly(0, 1);
    assertThat(first.edges().targets()).containsExactly(1, 0);
    assertThat(data.graphs().get(1).edges().numEdges()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1;2 0;0 1 2;0 0|line 3: neighbor must be in [0, 2), got 2",
        "1;2 0;0 1 -1;0 0|line 3: neighbor must be in [0, 2), got -1",
        "1;2 0;0 2 1;0 0|line 3: the degree must be 1, the number of neighbors, got 2",
        "1;2 0;0;0 0|line 3: a node must have a tag and a degree, got one number",
        "1;2 0;0 0|line 4: the line must contain a node's tag, its degree and its neighbors, got"
            + " the end of the file",
        "2;1 0;0 0|line 4: the line must contain a graph's nodes and its label, got the end of the"
            + " file",
        "1;1;0 0|line 2: the line must contain a graph's nodes and its label, got 1 numbers",
        "1;0 1|line 2: a graph must have 1 to 67108864 nodes, got 0",
        "1;1 0;0 0;0 0|line 4: the file must contain 1 graphs, got more",
        "many|line 1: the line must contain the number of graphs as whole numbers, got other text",
        "0|line 1: the number of graphs must be >= 1, got 0"
      })
  void errorNamesTheLine(String lines, String message) {
    assertThatThrownBy(() -> read(lines.replace(';', '\n')))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("graphs.txt, " + message);
  }

  @Test
  void byteOrderMarksAndCarriageReturnsAreSkipped() throws IOException {
    assertThat(read("\uFEFF1\r\n1 0\r\n0 0\r\n").graphs()).hasSize(1);
  }

  @Test
  void errorNamesTheMissingFile() {
    assertThatThrownBy(() -> GraphListFile.read(folder.resolve("none.txt")))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("none.txt must exist");
  }

  @Test
  void bytesThatAreNotTextAreRejected() throws IOException {
    Path file = folder.resolve("bytes.txt");
    Files.write(file, new byte[] {'1', '\n', (byte) 0xff});
    assertThatThrownBy(() -> GraphListFile.read(file)).isInstanceOf(DataFormatException.class);
  }
}
