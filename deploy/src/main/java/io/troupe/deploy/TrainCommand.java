package io.troupe.deploy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.supervised.SupervisedAlgorithm;
import io.troupe.actors.supervised.SupervisedInputs;
import io.troupe.deploy.settings.SettingFlags;
import io.troupe.deploy.settings.SettingLayers;
import io.troupe.deploy.train.ModelArguments;
import io.troupe.deploy.train.Recipes;
import io.troupe.deploy.view.ShownFigures;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.protocols.config.TrainConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code troupe train}: supervised learning. Every setting of {@code reference.conf} is an option,
 * added by {@link SettingFlags}.
 */
@Command(
    name = "train",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = "troupe train MODEL --data PATH [OPTIONS]",
    description = {
      "Trains a model on examples: a CNN, RNN, GNN, an MLP or a diffusion model.",
      "",
      "Settings come from the defaults, the model's recipe, the file and the options; the later"
          + " one wins."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe train lenet5 --data ../shared/data/mnist",
      "troupe train mlp --data table.csv --label-column kind --set hidden=64,64 --epochs 50",
      "troupe models               the models and what can be set"
    })
final class TrainCommand implements Callable<Integer> {
  private static final String MODEL = "model";
  private static final String MODEL_SETTINGS = "model-settings";
  private static final SettingFlags FLAGS =
      SettingFlags.of(TrainConfig.SECTION, Set.of("kind", MODEL, MODEL_SETTINGS));
  private static final SettingLayers LAYERS = new SettingLayers(TrainConfig.SECTION);

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = "What is trained: a name that troupe models lists.")
  private String model;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "What the model is told, such as hidden_size=256; troupe models MODEL lists the keys."
              + " Repeatable.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in HOCON, under the names of reference.conf, section troupe-train.")
  private Path configFile;

  @Option(
      names = "--output-dir",
      paramLabel = "DIR",
      description = "Directory of the run (default: runs/<date>-<time>-<model>).")
  private Path out;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Train so many times, with seeds one after the other, and of many graphs with one fold"
              + " after the other held out; prints the average. Default: 1.")
  private int repeats;

  @Option(names = "--json", description = "Print a JSON object per event, for programs.")
  private boolean json;

  private TrainCommand() {}

  /** The command with an option for every setting. */
  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new TrainCommand());
    FLAGS.addTo(spec);
    return spec;
  }

  @Override
  public Integer call() {
    if (repeats < 1) {
      throw new ParameterException(
          spec.commandLine(), "--repeats is " + repeats + ": expected 1 or more");
    }
    TrainConfig config = Typed.read(spec, () -> complete(typed()));
    Path folder = NewRunDirectory.path(out, config.model());
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    if (repeats > 1) {
      return new RepeatedRuns(config, repeats, folder, output).run();
    }
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        NewRunDirectory created = NewRunDirectory.create(folder, config.render())) {
      RunDirectory run = created.begin();
      return new WatchedRun(run, output, ShownFigures.SUPERVISED)
          .run(
              RunTitle.of(config) + "; " + inputs.data().description(),
              config.render(),
              new SupervisedWork(
                  run,
                  output.style(),
                  (listener, observer) ->
                      Run.train(new SupervisedAlgorithm(inputs, observer), run, listener)));
    }
  }

  private Config typed() {
    Config flags = FLAGS.read(spec.commandLine().getParseResult());
    Config file = configFile == null ? ConfigFactory.empty() : LAYERS.file(configFile);
    Config typed = flags;
    if (model != null) {
      typed = typed.withValue(MODEL, ConfigValueFactory.fromAnyRef(model));
    }
    for (Map.Entry<String, String> setting : ModelArguments.parse(assignments).entrySet()) {
      typed =
          typed.withValue(
              ConfigUtil.joinPath(MODEL_SETTINGS, setting.getKey()),
              ConfigValueFactory.fromAnyRef(setting.getValue()));
    }
    return typed.withFallback(file);
  }

  private TrainConfig complete(Config typed) {
    String name = required(typed, MODEL, "name a model: troupe models lists them");
    String data = required(typed, "data", "--data is missing: name what to learn from");
    ModelRegistry.supervised(name);
    Config recipe = Recipes.load().of(name, Path.of(data));
    return TrainConfig.from(LAYERS.complete(typed, recipe));
  }

  private static String required(Config typed, String path, String otherwise) {
    if (!typed.hasPath(path) || typed.getString(path).isEmpty()) {
      throw new IllegalArgumentException(otherwise);
    }
    return typed.getString(path);
  }
}
