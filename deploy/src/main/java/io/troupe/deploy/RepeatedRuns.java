package io.troupe.deploy;

import com.typesafe.config.ConfigValueFactory;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunDirectoryException;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.actors.supervised.SupervisedAlgorithm;
import io.troupe.actors.supervised.SupervisedInputs;
import io.troupe.actors.supervised.SupervisedSummary;
import io.troupe.data.json.FiniteJson;
import io.troupe.deploy.log.RunLog;
import io.troupe.deploy.view.Figures;
import io.troupe.nn.checkpoint.WholeFile;
import io.troupe.protocols.config.TrainConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.ExitCode;

/**
 * Trains a model several times and averages the results. Run i, counted from 0, has the seed of the
 * first run plus i; on a set of graphs, its test set is fold i. Each run has its own directory.
 *
 * @param config of the first run
 * @param count of runs, 2 or more
 * @param directory contains the directories of the runs, and {@code summary.json} with the averages
 * @param output of the results
 */
record RepeatedRuns(TrainConfig config, int count, Path directory, RunOutput output) {
  /** Trains all of them and returns the exit status. */
  int run() {
    try (Interruption _ = Interruption.ofThisThread()) {
      List<SupervisedSummary> summaries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        summaries.add(run(i));
      }
      Map<String, Object> averages = averages(summaries);
      write(averages);
      print(averages);
      return ExitCode.OK;
    } catch (RunStoppedException e) {
      output.out().println(e.getMessage());
      output.out().flush();
      return ExitCode.SOFTWARE;
    }
  }

  private SupervisedSummary run(int i) {
    TrainConfig one =
        TrainConfig.from(
            config
                .source()
                .withValue("seed", ConfigValueFactory.fromAnyRef(config.seed() + i))
                .withValue("fold", ConfigValueFactory.fromAnyRef(config.fold() + i)));
    Path path = directory.resolve("run-%02d".formatted(i + 1));
    try (SupervisedInputs inputs = SupervisedInputs.load(one);
        NewRunDirectory created = NewRunDirectory.create(path, one.render())) {
      RunDirectory run = created.begin();
      if (i == 0 && !output.json()) {
        say("%s, %d times; %s".formatted(RunTitle.of(one), count, inputs.data().description()));
      }
      try (RunLog _ = RunLog.open(run.logFile(), this::say)) {
        SupervisedSummary summary =
            Run.train(new SupervisedAlgorithm(inputs), run, RunListener.NONE);
        report(i, one, summary);
        return summary;
      }
    }
  }

  private void say(String line) {
    output.out().println(line);
    output.out().flush();
  }

  private void report(int i, TrainConfig one, SupervisedSummary summary) {
    if (output.json()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("event", "run");
      line.put("run", i + 1);
      line.put("seed", one.seed());
      line.putAll(summary.toMap());
      say(FiniteJson.line(line));
    } else {
      StringBuilder line = new StringBuilder("run %2d of %d".formatted(i + 1, count));
      summary
          .results()
          .forEach(
              (name, value) ->
                  line.append("  ")
                      .append(words(name))
                      .append(' ')
                      .append(Figures.metric(name, value)));
      say(line + "  in " + Figures.time(Duration.ofMillis((long) (1000 * summary.wallSeconds()))));
    }
  }

  private static String words(String metric) {
    return metric.replace('_', ' ');
  }

  private static Map<String, Object> averages(List<SupervisedSummary> summaries) {
    Map<String, Object> averages = new LinkedHashMap<>();
    averages.put("runs", summaries.size());
    Set<String> names = summaries.getFirst().results().keySet();
    for (String name : names) {
      double[] values = summaries.stream().mapToDouble(s -> s.results().get(name)).toArray();
      double mean = Arrays.stream(values).average().orElse(Double.NaN);
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      averages.put(name + "_mean", mean);
      averages.put(name + "_std", Math.sqrt(squares / Math.max(1, values.length - 1)));
    }
    averages.put(
        "wall_seconds", summaries.stream().mapToDouble(SupervisedSummary::wallSeconds).sum());
    return averages;
  }

  private void write(Map<String, Object> averages) {
    Path file = directory.resolve("summary.json");
    try {
      WholeFile.write(file, FiniteJson.line(averages) + "\n");
    } catch (IOException e) {
      throw new RunDirectoryException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private void print(Map<String, Object> averages) {
    if (output.json()) {
      Map<String, Object> line = new LinkedHashMap<>(Map.of("event", "averages"));
      line.putAll(averages);
      say(FiniteJson.line(line));
      return;
    }
    PrintWriter out = output.out();
    out.println();
    averages.forEach(
        (name, value) -> {
          if (name.endsWith("_mean")) {
            String metric = name.substring(0, name.length() - "_mean".length());
            out.printf(
                "%s over %d runs: %s, standard deviation %s%n",
                words(metric),
                count,
                Figures.metric(metric, (double) value),
                Figures.metric(metric, (double) averages.get(metric + "_std")));
          }
        });
    out.println(output.style().dim("%-10s".formatted("runs")) + Figures.path(directory));
    out.flush();
  }
}
