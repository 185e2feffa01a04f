package io.troupe.deploy;

import io.troupe.data.dataset.CharVocabulary;
import io.troupe.data.json.FiniteJson;
import io.troupe.deploy.report.PictureGrid;
import io.troupe.deploy.report.PngFile;
import io.troupe.deploy.train.CharacterSampling;
import io.troupe.deploy.train.ImageSampling;
import io.troupe.deploy.train.ModelChoice;
import io.troupe.deploy.view.Figures;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.WriteFailure;
import io.troupe.nn.generative.ImageSampler;
import io.troupe.nn.recurrent.CharacterLanguageModel;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.Capability;
import io.troupe.nn.registry.Hyperparameter;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code troupe sample}: samples images or text from a trained model. */
@Command(
    name = "sample",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = "troupe sample [MODEL] --weights FILE [OPTIONS]",
    description = {
      "Samples from a trained model: a grid of images (vae, ddpm, flow-matching) as a PNG file, or"
          + " text (char-rnn, char-lstm, char-gru)."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe sample ddpm --weights runs/RUN/checkpoints/final/model.safetensors --label 7",
      "troupe sample char-lstm --weights FILE --prompt 'ROMEO:' --temperature 0.8"
    })
final class SampleCommand implements Callable<Integer> {
  private static final int COLUMNS = 10;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = "Name of the model. Default: the name in model.json of the run.")
  private String name;

  @Mixin private WeightsOptions trained;

  @Option(
      names = "--num",
      paramLabel = "N",
      description = "Number of samples. Default: 50 images, or one text.")
  private Integer num;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed; the same seed gives the same samples (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--label",
      paramLabel = "L",
      split = ",",
      description =
          "Images: label, or several labels for successive images; -1: no label. Default: all"
              + " labels of the model.")
  private List<Integer> labels = List.of();

  @Option(names = "--steps", paramLabel = "N", description = "Images: number of sampling steps.")
  private Integer steps;

  @Option(
      names = "--guidance",
      paramLabel = "X",
      description = "Images: classifier-free guidance scale; 1: no extrapolation.")
  private Double guidance;

  @Option(
      names = "--sampler",
      paramLabel = "HOW",
      description =
          "Images: sampling method; ddpm or ddim for ddpm, euler or midpoint for flow-matching.")
  private String sampler;

  @Option(
      names = "--out",
      defaultValue = "samples.png",
      paramLabel = "FILE.png",
      description = "Images: file for the grid (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--tensors",
      paramLabel = "FILE.safetensors",
      description =
          "Images: also write them as a tensor input, in [0, 1], for example for troupe predict.")
  private Path tensors;

  @Option(names = "--prompt", defaultValue = "", paramLabel = "TEXT", description = "Text: prompt.")
  private String prompt;

  @Option(
      names = "--length",
      defaultValue = "500",
      paramLabel = "N",
      description = "Text: number of characters to sample (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--temperature",
      defaultValue = "1",
      paramLabel = "X",
      description =
          "Text: divides the logits; 0: the most likely character (default:"
              + " ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(names = "--json", description = "Print a JSON object per sample or grid, for programs.")
  private boolean json;

  @Override
  public Integer call() {
    ModelChoice choice = Arguments.read(spec, this::choice);
    try (Engine engine = trained.engine();
        Scope _ = engine.open("samples")) {
      BuiltModel<?> model = choice.load(trained.weights());
      model.module().eval();
      Optional<CharacterLanguageModel> characters = model.characterModel();
      if (characters.isPresent()) {
        text(choice, characters.get(), engine);
      } else {
        pictures(choice, sampler(model), engine);
      }
    }
    return ExitCode.OK;
  }

  private ModelChoice choice() {
    Arguments.requireAtLeast("--num", num == null ? 1 : num, 1);
    Arguments.requireAtLeast("--length", length, 1);
    return trained.choice(name, this::settings);
  }

  private Map<String, String> settings(ModelEntry<?> entry) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (steps != null) {
      settings.put("sample_steps", steps.toString());
    }
    if (guidance != null) {
      settings.put("guidance", guidance.toString());
    }
    if (sampler != null) {
      settings.put(entry.samplingMethod().map(Hyperparameter::name).orElse("sampler"), sampler);
    }
    return settings;
  }

  private static ImageSampler sampler(BuiltModel<?> model) {
    return model
        .imageSampler()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model must support sampling, got "
                        + model.entry().name()
                        + "; models that do are "
                        + String.join(", ", ModelRegistry.namesWith(Capability.SampleImages.class))
                        + ", "
                        + String.join(", ", ModelRegistry.namesWith(Capability.SampleText.class))));
  }

  private void text(ModelChoice choice, CharacterLanguageModel model, Engine engine) {
    CharVocabulary vocabulary =
        choice
            .trained()
            .flatMap(trained -> trained.vocabulary())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        trained.weights()
                            + " must have a model.json beside it with the characters of the ids,"
                            + " got none; name weights where a run wrote them"));
    CharacterSampling sampling = new CharacterSampling(model, vocabulary, temperature, engine);
    PrintWriter writer = spec.commandLine().getOut();
    int count = num == null ? 1 : num;
    for (int i = 0; i < count; i++) {
      String text = sampling.continued(prompt, length, Philox.of(seed).derive(i));
      if (json) {
        writer.println(FiniteJson.line(Map.of("prompt", prompt, "text", text)));
      } else {
        writer.println(prompt + text);
        if (i + 1 < count) {
          writer.println("-".repeat(40));
        }
      }
      writer.flush();
    }
  }

  private void pictures(ModelChoice choice, ImageSampler images, Engine engine) {
    Arguments.read(spec, () -> OutputFile.requireWritable("--out", out));
    if (tensors != null) {
      Arguments.read(spec, () -> OutputFile.requireWritable("--tensors", tensors));
    }
    int count = num == null ? 50 : num;
    List<Integer> wanted = labels(choice);
    long startNs = System.nanoTime();
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    Tensor drawn =
        new ImageSampling(images, engine)
            .of(
                seed,
                count,
                wanted,
                done -> {
                  if (output.terminal() && !json) {
                    output.out().printf("\r%d of %d", done, count);
                    output.out().flush();
                  }
                });
    double seconds = (System.nanoTime() - startNs) * 1e-9;
    write(choice, drawn, wanted);
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("model", choice.entry().name());
      line.put("out", out.toString());
      line.put("num", count);
      line.put("labels", IntStream.range(0, count).mapToObj(i -> label(wanted, i)).toList());
      line.put("seconds", seconds);
      output.out().println(FiniteJson.line(line));
    } else {
      output
          .out()
          .printf(
              "%s%d samples of %s in %s, %.1f s%n",
              output.terminal() ? "\r" : "",
              count,
              choice.entry().name(),
              Figures.path(out),
              seconds);
    }
    output.out().flush();
  }

  /** The given labels, or else all labels of the model. */
  private List<Integer> labels(ModelChoice choice) {
    if (!labels.isEmpty()) {
      return labels.equals(List.of(-1)) ? List.of() : labels;
    }
    int classes = choice.entry().numImageClasses(choice.settings());
    return IntStream.range(0, classes).boxed().toList();
  }

  private static Integer label(List<Integer> labels, int image) {
    return labels.isEmpty() ? null : labels.get(image % labels.size());
  }

  private void write(ModelChoice choice, Tensor drawn, List<Integer> wanted) {
    int count = drawn.size(0);
    PictureGrid grid =
        new PictureGrid(
            "samples of " + choice.entry().name(),
            Math.min(COLUMNS, count),
            drawn.size(1),
            drawn.size(2),
            drawn.size(3));
    List<String> captions =
        wanted.isEmpty()
            ? List.of()
            : IntStream.range(0, count)
                .mapToObj(i -> caption(choice, wanted.get(i % wanted.size())))
                .toList();
    try {
      PngFile.write(grid.add(drawn.toFloats(), captions).draw(), out);
      if (tensors != null) {
        SafetensorsWriter.write(tensors, Map.of("input", drawn));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the samples: " + WriteFailure.reason(e), e);
    }
  }

  private static String caption(ModelChoice choice, int label) {
    return choice
        .trained()
        .map(trained -> trained.classNames())
        .filter(names -> label >= 0 && label < names.size())
        .map(names -> names.get(label))
        .orElse(Integer.toString(label));
  }
}
