package io.troupe.deploy;

import io.troupe.actors.supervised.InputNormalization;
import io.troupe.data.json.FiniteJson;
import io.troupe.deploy.train.ModelChoice;
import io.troupe.deploy.train.Prediction;
import io.troupe.deploy.view.Figures;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.WriteFailure;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code troupe predict}: runs inference on the tensors in a file. */
@Command(
    name = "predict",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis =
        "troupe predict [--model NAME] --weights FILE --input FILE --output FILE [OPTIONS]",
    description = {
      "Runs inference on the tensors in a safetensors file.",
      "The input file holds the tensors that troupe models NAME lists, such as input, or x and"
          + " edge_index; types are converted. The result is written as a tensor output (F32)."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe predict --weights runs/RUN/checkpoints/final/model.safetensors \\",
      "    --normalize --input digits.safetensors --output answers.safetensors",
      "troupe predict --model resnet18 --weights resnet18.safetensors ..."
    })
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Name of the model. Default: the name in model.json of the run.")
  private String name;

  @Mixin private WeightsOptions trained;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description = "File with the input tensors.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "File for the result.")
  private Path output;

  @Option(
      names = "--normalize",
      description =
          "Normalize the input as in training, with the mean and standard deviation per channel in"
              + " model.json. Default: no normalization.")
  private boolean normalize;

  @Option(
      names = "--batch-size",
      defaultValue = "64",
      paramLabel = "N",
      description = "Number of examples per batch (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(names = "--json", description = "Print a JSON object, for programs.")
  private boolean json;

  @Override
  public Integer call() {
    ModelChoice choice =
        Arguments.read(
            spec,
            () -> {
              OutputFile.requireWritable("--output", output);
              Arguments.requireAtLeast("--batch-size", batchSize, 1);
              return choice();
            });
    Optional<InputNormalization> normalization = choice.normalization();
    long startNs = System.nanoTime();
    try (SafetensorsFile file = SafetensorsFile.open(input);
        Engine engine = trained.engine();
        Scope _ = engine.open("prediction")) {
      BuiltModel<?> model = choice.load(trained.weights());
      Tensor answer =
          new Prediction(model, engine, batchSize, normalization.filter(_ -> normalize)).of(file);
      write(answer);
      report(choice, answer, (System.nanoTime() - startNs) * 1e-9);
      if (!normalize) {
        normalization.ifPresent(this::remind);
      }
    }
    return ExitCode.OK;
  }

  private ModelChoice choice() {
    ModelChoice choice = trained.choice(name, _ -> Map.of());
    if (normalize && choice.trained().isEmpty()) {
      throw new IllegalArgumentException(
          "--normalize must have a model.json beside "
              + trained.weights()
              + ", got none; name that of the run by --model-json");
    }
    if (normalize && choice.normalization().isEmpty()) {
      throw new IllegalArgumentException(
          "--normalize must have a normalization in the model.json of "
              + trained.weights()
              + ", got none; leave it out");
    }
    return choice;
  }

  private void remind(InputNormalization trainedOn) {
    spec.commandLine()
        .getErr()
        .printf(
            "%s: the model was trained on normalized inputs (%s), but %s was not normalized: use"
                + " --normalize%n",
            spec.qualifiedName(), trainedOn, Figures.path(input));
    spec.commandLine().getErr().flush();
  }

  private void write(Tensor answer) {
    try {
      SafetensorsWriter.write(output, Map.of("output", answer));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + output + ": " + WriteFailure.reason(e), e);
    }
  }

  private void report(ModelChoice choice, Tensor answer, double seconds) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("model", choice.entry().name());
      line.put("output", output.toString());
      line.put("shape", answer.shape().sizes());
      line.put("seconds", seconds);
      out.println(FiniteJson.line(line));
    } else {
      out.printf(
          "%s: output %s in %s, %.2f s%n",
          choice.entry().name(), answer.shape(), Figures.path(output), seconds);
    }
    out.flush();
  }
}
