package io.troupe.deploy;

import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.grpo.GrpoSummary;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.SampleText;
import io.troupe.deploy.report.EvaluationFile;
import io.troupe.deploy.report.SampleExcerpts;
import io.troupe.deploy.view.Figures;
import io.troupe.deploy.view.Style;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The last lines of a GRPO run: its counts, and the paths of its results.
 *
 * @param directory of the run
 * @param summary of the run
 * @param picture the curves, if they could be drawn
 * @param last the newest evaluation, from which a question is suggested
 * @param style of the terminal
 */
record GrpoResultLines(
    RunDirectory directory,
    GrpoSummary summary,
    Optional<Path> picture,
    Optional<EvaluationResult> last,
    Style style) {

  List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s steps in %s: %s groups trained, %s dropped, %s samples, %s tokens/s"
            .formatted(
                Figures.count(summary.steps()),
                Figures.time(Duration.ofMillis((long) (1000 * summary.wallSeconds()))),
                Figures.count(summary.ledger().groupsTrained()),
                Figures.count(summary.ledger().groupsDropped()),
                Figures.count(summary.ledger().samplesTrained()),
                Figures.count(summary.tokensPerSecond())));
    if (summary.promptsSkipped() + summary.heldOutSkipped() > 0) {
      lines.add(
          "%s training and %s held-out prompts were too long and are skipped"
              .formatted(
                  Figures.count(summary.promptsSkipped()),
                  Figures.count(summary.heldOutSkipped())));
    }
    lines.add("");
    picture.ifPresent(file -> lines.add(where("curves", file)));
    lines.add(where("samples", directory.samplesFile()));
    if (last.isPresent()) {
      lines.add(where("answers", EvaluationFile.of(directory).file()));
    }
    lines.add(where("metrics", directory.metricsFile()));
    lines.add(where("summary", directory.summaryFile()));
    lines.add(where("model", directory.finalModel()));
    lines.add(
        style.dim("%-10s".formatted("try"))
            + "./troupe generate --model "
            + Figures.path(directory.finalModel())
            + suggestion());
    return lines;
  }

  private String where(String what, Path file) {
    return style.dim("%-10s".formatted(what)) + Figures.path(file);
  }

  /**
   * Options that ask the question with the best answer again. A prompt that was rendered from
   * messages contains the beginning token, which {@code --prompt} would add a second time.
   */
  private String suggestion() throws IOException {
    Optional<String> question =
        last.stream()
            .flatMap(result -> result.answers().stream())
            .max(Comparator.comparingDouble(SampleText::reward))
            .map(SampleText::prompt);
    Optional<String> sampled = new SampleExcerpts(directory.samplesFile(), style).firstPrompt();
    if (question.or(() -> sampled).filter(this::hasSecondBeginning).isPresent()) {
      return " --chat --prompt TEXT";
    }
    return " --prompt "
        + question
            .filter(prompt -> prompt.length() < 40 && !prompt.contains("'"))
            .map(prompt -> "'" + prompt + "'")
            .orElse("TEXT");
  }

  private boolean hasSecondBeginning(String prompt) {
    try (Tokenizer tokenizer = AutoTokenizer.load(directory.finalModel())) {
      int[] ids = tokenizer.encode(prompt);
      return ids.length > 1
          && ids[0] == ids[1]
          && Arrays.equals(Arrays.copyOfRange(ids, 1, ids.length), tokenizer.encode(prompt, false));
    }
  }
}
