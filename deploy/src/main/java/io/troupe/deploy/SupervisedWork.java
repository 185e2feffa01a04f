package io.troupe.deploy;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.supervised.SupervisedInputs;
import io.troupe.actors.supervised.SupervisedListener;
import io.troupe.actors.supervised.SupervisedSummary;
import io.troupe.actors.supervised.TrainedModel;
import io.troupe.deploy.report.MetricsFile;
import io.troupe.deploy.report.PngFile;
import io.troupe.deploy.report.SupervisedCurves;
import io.troupe.deploy.report.SupervisedTable;
import io.troupe.deploy.view.Figures;
import io.troupe.deploy.view.RunView;
import io.troupe.deploy.view.Style;
import io.troupe.nn.registry.Capability;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.training.supervised.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A supervised run; its report has the figures of the result and says what can be done with it.
 *
 * @param folder of the run
 * @param style how figures stand out
 * @param run does it, given who watches
 */
record SupervisedWork(
    RunDirectory folder, Style style, Function<SupervisedListener, SupervisedSummary> run)
    implements WatchedRun.Work {

  /** Shows a supervised run. */
  private record Watcher(RunView view, RunDirectory folder, List<Path> pictures)
      implements SupervisedListener {
    @Override
    public void onPhase(String phase) {
      view.onPhase(phase);
    }

    @Override
    public void onStep(long step, long steps, Map<String, Double> metrics) {
      view.onStep(step, steps, metrics);
      Map<String, Double> measured = new LinkedHashMap<>(metrics);
      measured.keySet().removeIf(name -> !name.startsWith("eval_"));
      if (!measured.isEmpty()) {
        view.onEvaluation(step, measured);
      }
    }

    @Override
    public void onResult(SupervisedInputs inputs, Tally test) {
      pictures.addAll(new ResultPictures(inputs, folder.plots()).draw(test));
    }

    @Override
    public void onFinished(SupervisedSummary summary) {
      view.onFinished(summary.toMap());
    }
  }

  @Override
  public List<String> run(RunView view) throws IOException {
    List<Path> pictures = new ArrayList<>();
    SupervisedSummary summary = run.apply(new Watcher(view, folder, pictures));
    MetricsFile metrics = MetricsFile.read(folder.metricsFile());
    Optional<Path> curves =
        Pictures.attempt(
            "the curves",
            () ->
                PngFile.write(
                    SupervisedCurves.draw(metrics), folder.plots().resolve("curves.png")));
    List<String> lines = new ArrayList<>(new SupervisedTable(metrics, summary, style).lines());
    lines.add("");
    lines.add(pace(summary));
    lines.add("");
    curves.ifPresent(file -> lines.add(where("curves", Figures.path(file))));
    pictures.forEach(file -> lines.add(where("picture", Figures.path(file))));
    lines.add(where("metrics", Figures.path(folder.metricsFile())));
    lines.add(where("summary", Figures.path(folder.summaryFile())));
    lines.add(where("weights", Figures.path(weights())));
    if (canSample(summary.model())) {
      lines.add(where("sample", "./troupe sample --weights " + Figures.path(weights())));
    }
    lines.add(
        where(
            "predict",
            "./troupe predict --weights "
                + Figures.path(weights())
                + (normalizes() ? " --normalize" : "")
                + " --input FILE.safetensors --output FILE.safetensors"));
    return lines;
  }

  private boolean normalizes() {
    return TrainedModel.beside(weights()).flatMap(TrainedModel::normalization).isPresent();
  }

  private static boolean canSample(String model) {
    ModelEntry<?> entry = ModelRegistry.entry(model);
    return entry.has(Capability.SampleImages.class) || entry.has(Capability.SampleText.class);
  }

  private static String pace(SupervisedSummary summary) {
    return "%s parameters, %s steps (%s epochs) in %s: %s examples/s"
        .formatted(
            Figures.count(summary.parameters()),
            Figures.count(summary.steps()),
            Figures.amount(summary.epochs()),
            Figures.time(Duration.ofMillis((long) (1000 * summary.wallSeconds()))),
            Figures.count(summary.examplesPerSecond()));
  }

  private Path weights() {
    return folder.finalModel().resolve("model.safetensors");
  }

  private String where(String what, String text) {
    return style.dim("%-10s".formatted(what)) + text;
  }
}
