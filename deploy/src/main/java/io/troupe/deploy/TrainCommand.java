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
 * {@code troupe train}: a supervised run. Every key of {@link TrainConfig} is an option, added by
 * {@link SettingFlags}.
 */
@Command(
    name = "train",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = "troupe train MODEL --data PATH [OPTIONS]",
    description = {
      "Trains a model with supervised learning: an MLP, CNN, RNN, GNN, generative model or BERT.",
      "",
      "Precedence of settings, lowest first: defaults, the model's recipe, --config, options."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe train lenet5 --data ../shared/data/mnist",
      "troupe train mlp --data table.csv --label-column kind --set hidden=64,64 --epochs 50",
      "troupe train unet --data shapes",
      "troupe models               lists the models and their hyperparameters"
    })
final class TrainCommand implements Callable<Integer> {
  private static final String MODEL = "model";
  private static final String MODEL_SETTINGS = "model-settings";
  private static final String PRETRAINED = "pretrained";
  private static final SettingFlags FLAGS =
      SettingFlags.of(TrainConfig.SECTION, Set.of("kind", MODEL, MODEL_SETTINGS));
  private static final SettingLayers LAYERS = new SettingLayers(TrainConfig.SECTION);

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = "Model to train: one of those that troupe models lists.")
  private String model;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Hyperparameter of the model, such as hidden_size=256; troupe models MODEL lists them."
              + " Repeatable.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "File of settings in HOCON, with the keys of reference.conf, section troupe-train.")
  private Path configFile;

  @Option(
      names = "--output-dir",
      paramLabel = "DIR",
      description = "Directory of the run (default: runs/<date>-<time>-<model>).")
  private Path outputDir;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Number of runs, with consecutive seeds, and with consecutive folds for a dataset of many"
              + " graphs. The average is printed (default: 1).")
  private int repeats;

  @Option(names = "--json", description = "Print one JSON object per event.")
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
      throw new ParameterException(spec.commandLine(), "--repeats must be >= 1, got " + repeats);
    }
    TrainConfig config = Arguments.read(spec, () -> complete(options()));
    Path directory = NewRunDirectory.path(outputDir, config.model());
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    if (repeats > 1) {
      return new RepeatedRuns(config, repeats, directory, output).run();
    }
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        NewRunDirectory created = NewRunDirectory.create(directory, config.render())) {
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

  private Config options() {
    Config flags = FLAGS.read(spec.commandLine().getParseResult());
    Config file = configFile == null ? ConfigFactory.empty() : LAYERS.file(configFile);
    Config options = flags;
    if (model != null) {
      options = options.withValue(MODEL, ConfigValueFactory.fromAnyRef(model));
    }
    for (Map.Entry<String, String> setting : ModelArguments.parse(assignments).entrySet()) {
      options =
          options.withValue(
              ConfigUtil.joinPath(MODEL_SETTINGS, setting.getKey()),
              ConfigValueFactory.fromAnyRef(setting.getValue()));
    }
    return options.withFallback(file);
  }

  private TrainConfig complete(Config options) {
    String name =
        required(options, MODEL, "MODEL must be one of those that troupe models lists, got none");
    String data = required(options, "data", "--data must be a file or directory, got none");
    ModelRegistry.supervised(name);
    Config recipe = Recipes.load().of(name, Path.of(data));
    boolean hasSizes = options.hasPath(PRETRAINED) && !options.getString(PRETRAINED).isEmpty();
    return TrainConfig.from(
        LAYERS.complete(options, hasSizes ? recipe.withoutPath(MODEL_SETTINGS) : recipe));
  }

  private static String required(Config options, String path, String message) {
    if (!options.hasPath(path) || options.getString(path).isEmpty()) {
      throw new IllegalArgumentException(message);
    }
    return options.getString(path);
  }
}
