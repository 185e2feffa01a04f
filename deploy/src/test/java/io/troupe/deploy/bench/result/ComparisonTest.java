package io.troupe.deploy.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.deploy.bench.result.Comparison.Row;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void differencesBeyondTheMiddleHalfOfTheRepetitionsAreMarked() {
    Comparison comparison =
        compare(
            List.of(line("a", 1.0, 0.9, 1.1), line("b", 1.0, 0.9, 1.1), line("c", 1.0, 0.9, 1.1)),
            List.of(line("a", 0.5, 0.4, 0.6), line("b", 1.3, 1.2, 1.4), line("c", 0.9, 0.8, 1.0)));
    assertThat(comparison.rows()).extracting(Row::mark).containsExactly("faster", "slower", "");
    assertThat(comparison.rows().getFirst().speed()).isEqualTo(2);
    assertThat(comparison.rows().getFirst().spread()).isCloseTo(0.4, within(1e-9));
  }

  /** The repetitions of each process agree, the processes do not. */
  @Test
  void rangeOfSeveralProcessesIsThatOfTheirMedians() {
    Comparison comparison =
        compare(
            List.of(line("a", 1.0, 1.0, 1.0), line("a", 1.2, 1.2, 1.2), line("a", 1.1, 1.1, 1.1)),
            List.of(line("a", 1.15, 1.15, 1.15), line("a", 1.25, 1.25, 1.25)));
    Row row = comparison.rows().getFirst();
    assertThat(row.before().median()).isEqualTo(1.1);
    assertThat(row.after().median()).isEqualTo(1.2);
    assertThat(row.mark()).isEmpty();
    assertThat(row.before().spread()).isCloseTo(0.2 / 1.1, within(1e-9));
  }

  @Test
  void tableHasTheReferenceLoopFirstAndNamesMeasurementsOfOneFile() {
    Comparison comparison =
        compare(
            List.of(reference("a", 400), reference("b", 400)),
            List.of(reference("a", 200), reference("c", 200)));
    StringWriter out = new StringWriter();
    comparison.print(new PrintWriter(out));
    assertThat(out.toString().lines().filter(line -> line.contains("GF/s")))
        .singleElement()
        .asString()
        .matches("reference loop +400 GF/s +200 GF/s +0.50 +0.0 % +slower");
    assertThat(out.toString()).contains("in one file only: b", "in one file only: c");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void machinesThatDifferAreNamed() {
    StringWriter out = new StringWriter();
    String before =
        "{\"title\":\"a\",\"median_s\":1,\"environment\":{\"cpu\":\"A\",\"threads\":2}}";
    compare(List.of(before), List.of(before.replace("\"A\"", "\"B\""))).print(new PrintWriter(out));
    assertThat(out.toString()).contains("different machines: A", "; B");
  }

  @Test
  void spreadOfProcessesIsPrintedBesideThatOfTheReferenceLoop() {
    List<String> lines = new ArrayList<>();
    for (double median : new double[] {1.0, 1.02, 1.04}) {
      lines.add(line("a", median, median, median).replace("}", ",\"reference_gflop_s\":100}"));
    }
    StringWriter out = new StringWriter();
    ProcessSpread.of(lines).print(new PrintWriter(out));
    List<String> table = out.toString().lines().toList();
    assertThat(table).anyMatch(line -> line.matches("reference loop +3 .* 0\\.0 %"));
    assertThat(table).anyMatch(line -> line.matches("a +3 +1\\.02 s +1\\.00 s +1\\.04 s +3\\.9 %"));
  }

  @Test
  void filesWithoutResultsAreRejected() {
    assertThatThrownBy(() -> Results.parse("x.json", List.of("", "{\"title\":\"a\"}")))
        .hasMessage("x.json line 2 must be a result of bench --json, got {\"title\":\"a\"}");
    assertThatThrownBy(() -> Results.parse("x.json", List.of("nothing")))
        .hasMessageContaining("x.json line 1 must be a result");
    assertThatThrownBy(() -> Results.parse("x.json", List.of("")))
        .hasMessage("x.json must contain results, got none");
    assertThatThrownBy(() -> Results.read(Path.of("no-such-file.json")))
        .hasMessageContaining("must exist, got no-such-file.json");
  }

  private static Comparison compare(List<String> before, List<String> after) {
    return new Comparison(Results.parse("before", before), Results.parse("after", after));
  }

  private static String line(String title, double median, double q1, double q3) {
    return String.format(
        Locale.ROOT,
        "{\"title\":\"%s\",\"median_s\":%s,\"q1_s\":%s,\"q3_s\":%s}",
        title,
        median,
        q1,
        q3);
  }

  private static String reference(String title, double rate) {
    return line(title, 1, 1, 1).replace("}", ",\"reference_gflop_s\":" + rate + "}");
  }
}
