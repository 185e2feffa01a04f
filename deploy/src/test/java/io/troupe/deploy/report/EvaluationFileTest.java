package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.run.SampleText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationFileTest {
  @TempDir private Path temporary;

  private static EvaluationResult result(long step, double accuracy) {
    SampleText answer =
        new SampleText(
            step, -1, 0, step, "1+1=", "é", Double.NaN, Map.of("length", 0.5), 1, "length");
    return new EvaluationResult(step, accuracy, Double.NaN, List.of(answer));
  }

  @Test
  void evaluationsAreReadBack() throws IOException {
    EvaluationFile file = new EvaluationFile(temporary.resolve("evaluations.jsonl"));
    file.append(result(0, 0.25));
    file.append(result(50, Double.NaN));
    assertThat(file.read()).containsEntry(0L, result(0, 0.25)).containsKey(50L).hasSize(2);
    assertThat(file.read().get(50L)).isEqualTo(result(50, Double.NaN));
  }

  @Test
  void incompleteLastLineIsSkipped() throws IOException {
    EvaluationFile file = new EvaluationFile(temporary.resolve("evaluations.jsonl"));
    file.append(result(0, 0.25));
    Files.writeString(file.file(), "{\"step\":50,\"accu", StandardOpenOption.APPEND);
    file.append(result(50, 0.5));
    assertThat(file.read()).containsOnlyKeys(0L, 50L);
  }

  @Test
  void runWithoutEvaluationsHasNone() throws IOException {
    assertThat(new EvaluationFile(temporary.resolve("none")).read()).isEmpty();
  }
}
