package io.troupe.deploy;

import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.grpo.GrpoSummary;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.SampleText;
import io.troupe.deploy.report.EvaluationFile;
import io.troupe.deploy.view.Figures;
import io.troupe.deploy.view.Style;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The last words of a run: what was done, and where to look next.
 *
 * @param folder of the run
 * @param summary what came of it
 * @param picture the curves, if they could be drawn
 * @param last the newest evaluation, for a question to try
 * @param style how figures stand out
 */
record GrpoResultLines(
    RunDirectory folder,
    GrpoSummary summary,
    Optional<Path> picture,
    Optional<EvaluationResult> last,
    Style style) {

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s steps in %s: %s groups trained, %s dropped, %s samples, %s tokens/s"
            .formatted(
                Figures.count(summary.steps()),
                Figures.time(Duration.ofMillis((long) (1000 * summary.wallSeconds()))),
                Figures.count(summary.groupsTrained()),
                Figures.count(summary.groupsDropped()),
                Figures.count(summary.samplesTrained()),
                Figures.count(summary.tokensPerSecond())));
    lines.add("");
    picture.ifPresent(file -> lines.add(where("curves", file)));
    lines.add(where("samples", folder.samplesFile()));
    if (last.isPresent()) {
      lines.add(where("answers", EvaluationFile.of(folder).file()));
    }
    lines.add(where("metrics", folder.metricsFile()));
    lines.add(where("summary", folder.summaryFile()));
    lines.add(where("model", folder.finalModel()));
    lines.add(
        style.dim("%-10s".formatted("try"))
            + "./troupe generate --model "
            + Figures.path(folder.finalModel())
            + " --prompt "
            + question());
    return lines;
  }

  private String where(String what, Path file) {
    return style.dim("%-10s".formatted(what)) + Figures.path(file);
  }

  private String question() {
    return last.stream()
        .flatMap(result -> result.answers().stream())
        .max(Comparator.comparingDouble(SampleText::reward))
        .map(SampleText::prompt)
        .filter(prompt -> prompt.length() < 40 && !prompt.contains("'"))
        .map(prompt -> "'" + prompt + "'")
        .orElse("TEXT");
  }
}
