package io.troupe.deploy.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BenchResultTest {
  @Test
  void fieldsAreDerivedFromTheTimings() {
    BenchResult result = result(OptionalDouble.of(0.5), new Timings(new double[] {4, 1, 2, 3, 5}));
    assertThat(result.toMap())
        .containsEntry("title", "decode x")
        .containsEntry("shape", "x")
        .containsEntry("n", 5)
        .containsEntry("median_s", 3.0)
        .containsEntry("min_s", 1.0)
        .containsEntry("max_s", 5.0)
        .containsEntry("q1_s", 2.0)
        .containsEntry("q3_s", 4.0)
        .containsEntry("median_tok_s", 4.0)
        .containsEntry("best_tok_s", 12.0)
        .containsEntry("floor_share", 0.5 / 3)
        .containsEntry("extra", 7);
  }

  @Test
  void floorIsOmittedIfUnknown() {
    BenchResult result = result(OptionalDouble.empty(), new Timings(new double[] {1}));
    assertThat(result.toMap()).doesNotContainKeys("floor_s", "floor_share");
  }

  @Test
  void medianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
    assertThat(new Timings(new double[] {4, 1, 2, 3}).median()).isEqualTo(2.5);
  }

  @Test
  void durationsHaveAUnitThatFits() {
    assertThat(List.of(12.5, 0.0125, 0.0000125))
        .extracting(Report::duration)
        .containsExactly("12.50 s", "12.50 ms", "12.5 us");
  }

  @Test
  void processorIsReadFromTheListOfTheSystem() {
    List<String> lines = List.of("processor\t: 0", "model name\t: Some CPU @ 2 GHz", "x : y");
    assertThat(Environment.modelName(lines)).isEqualTo("Some CPU @ 2 GHz");
    assertThat(Environment.modelName(List.of("processor : 0"))).startsWith("unknown");
  }

  private static BenchResult result(OptionalDouble floor, Timings timings) {
    return new BenchResult(
        "decode", "decode x", Map.of("shape", "x"), "tok", 12, timings, floor, Map.of("extra", 7));
  }
}
