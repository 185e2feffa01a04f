package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.SampleText;
import io.troupe.deploy.view.Style;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleExcerptsTest {
  @TempDir private Path temporary;

  private static SampleText sample(long step, String completion, double reward) {
    return new SampleText(step, 0, 0, 0, "Once\nupon", completion, reward, Map.of(), 3, "length");
  }

  @Test
  void firstAndLastSamplesAreShownOnOneLineEach() throws IOException {
    try (RunDirectory folder = RunDirectory.create(temporary.resolve("run"), "")) {
      for (int step = 1; step <= 9; step++) {
        folder.appendSamples(List.of(sample(step, "text " + step + "\n" + "x".repeat(999), 0.5)));
      }
      folder.appendSamples(List.of(sample(10, "no score", Double.NaN)));
      List<String> lines = new SampleExcerpts(folder.samplesFile(), new Style(false)).lines();
      assertThat(lines).hasSize(4);
      assertThat(lines.getFirst()).contains("step 1", "0.50", "Once upon | text 1 xxx", "…");
      assertThat(lines.getLast()).contains("step 10", "none", "no score");
    }
  }

  @Test
  void runWithoutLoggedSamplesShowsNone() throws IOException {
    try (RunDirectory folder = RunDirectory.create(temporary.resolve("run"), "")) {
      assertThat(new SampleExcerpts(folder.samplesFile(), new Style(false)).lines()).isEmpty();
    }
  }
}
