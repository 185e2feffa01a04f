package io.troupe.deploy;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.supervised.ResultObserver;
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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A supervised run; its report has the figures of the result and the commands that use it.
 *
 * @param directory of the run
 * @param style of the terminal
 * @param training trains the model
 */
record SupervisedWork(RunDirectory directory, Style style, SupervisedRun training)
    implements WatchedRun.Work {

  /** Trains a model. */
  @FunctionalInterface
  interface SupervisedRun {
    /** Trains; events go to the listener and the trained model to the observer. */
    SupervisedSummary train(RunListener listener, ResultObserver observer);
  }

  @Override
  public List<String> run(RunView view) throws IOException {
    List<Path> pictures = new ArrayList<>();
    SupervisedSummary summary =
        training.train(
            view,
            (inputs, test) ->
                pictures.addAll(new ResultPlots(inputs, directory.plots()).draw(test)));
    MetricsFile metrics = MetricsFile.read(directory.metricsFile());
    Optional<Path> curves =
        Plots.attempt(
            "the curves",
            () ->
                PngFile.write(
                    SupervisedCurves.draw(metrics), directory.plots().resolve("curves.png")));
    List<String> lines = new ArrayList<>(new SupervisedTable(metrics, summary, style).lines());
    lines.add("");
    lines.add(pace(summary));
    lines.add("");
    curves.ifPresent(file -> lines.add(where("curves", Figures.path(file))));
    pictures.forEach(file -> lines.add(where("picture", Figures.path(file))));
    lines.add(where("metrics", Figures.path(directory.metricsFile())));
    lines.add(where("summary", Figures.path(directory.summaryFile())));
    lines.add(where("weights", Figures.path(weights())));
    if (canSample(summary.model())) {
      lines.add(where("sample", "./troupe sample --weights " + Figures.path(weights())));
    }
    if (ModelRegistry.entry(summary.model()).has(Capability.DenoiseLatents.class)) {
      lines.add(
          where(
              "draw",
              "./troupe draw "
                  + Figures.path(directory.finalModel())
                  + " --prompt 'a red circle'"));
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
    return directory.finalModel().resolve("model.safetensors");
  }

  private String where(String what, String text) {
    return style.dim("%-10s".formatted(what)) + text;
  }
}
