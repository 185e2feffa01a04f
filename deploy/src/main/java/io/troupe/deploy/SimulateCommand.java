package io.troupe.deploy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.grpo.GrpoAlgorithm;
import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.deploy.settings.SettingFlags;
import io.troupe.deploy.settings.SettingLayers;
import io.troupe.deploy.task.ArithmeticTask;
import io.troupe.deploy.view.ShownFigures;
import io.troupe.protocols.config.RunConfig;
import io.troupe.reward.Rewards;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code troupe simulate}: a GRPO run in this process. Every key of {@link RunConfig} is an option,
 * added by {@link SettingFlags}.
 */
@Command(
    name = "simulate",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = "troupe simulate [OPTIONS]",
    description = {
      "Trains a language model with GRPO in one process.",
      "Without options, a small model learns the built-in task, addition. With --model and --train,"
          + " a Llama, Qwen2 or GPT-2 model in Hugging Face's layout is trained on your prompts.",
      "",
      "Precedence of settings, lowest first: defaults, built-in task, --config, options, --set."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe simulate --seed 7",
      "troupe simulate --model MODEL --train train.jsonl --held-out test.jsonl \\",
      "    --reward numeric-match --reward 'length:0.2,max=80' --steps 200"
    })
final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "File of settings in HOCON, with the keys of reference.conf.")
  private Path configFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Setting with its full key, such as grpo.beta=0.04. Repeatable.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--reward",
      paramLabel = "REWARD",
      description = {
        "Reward: NAME, NAME:WEIGHT or NAME:WEIGHT,KEY=VALUE,... such as numeric-match or"
            + " 'required-words:0.5,words=cat dog'. Repeatable: the weighted sum is maximized.",
        "Names: exact-match, numeric-match, regex, format, length, required-words,"
            + " ends-on-sentence."
      })
  private List<String> rewards = new ArrayList<>();

  @Option(
      names = "--output-dir",
      paramLabel = "DIR",
      description = "Directory of the run (default: runs/<date>-<time>-<name>).")
  private Path outputDir;

  @Option(names = "--json", description = "Print one JSON object per event.")
  private boolean json;

  private static final SettingFlags FLAGS =
      SettingFlags.of(RunConfig.SECTION, Set.of("kind", "rewards"));
  private static final SettingLayers LAYERS = new SettingLayers(RunConfig.SECTION);

  private SimulateCommand() {}

  /** The command with an option for every setting. */
  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new SimulateCommand());
    FLAGS.addTo(spec);
    return spec;
  }

  @Override
  public Integer call() {
    Config user = options();
    boolean builtIn = usesBuiltInTask(user);
    Path directory = NewRunDirectory.path(outputDir, name(user, builtIn));
    RunConfig config = complete(user, builtIn, directory);
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    if (!builtIn) {
      try (GrpoInputs inputs = GrpoInputs.load(config);
          NewRunDirectory created = NewRunDirectory.create(directory, config.render())) {
        return run(inputs, created, output);
      }
    }
    try (NewRunDirectory created = NewRunDirectory.create(directory, config.render())) {
      created.write(new ArithmeticTask(directory, config.seed()));
      try (GrpoInputs inputs = GrpoInputs.load(config)) {
        return run(inputs, created, output);
      }
    }
  }

  private static int run(GrpoInputs inputs, NewRunDirectory created, RunOutput output) {
    RunConfig config = inputs.config();
    RunDirectory directory = created.begin();
    return new WatchedRun(directory, output, ShownFigures.GRPO)
        .run(
            RunTitle.of(config),
            config.render(),
            new GrpoWork(
                directory,
                output.style(),
                listener -> Run.train(new GrpoAlgorithm(inputs), directory, listener)));
  }

  private Config options() {
    return Arguments.read(
        spec,
        () -> {
          Config flags = FLAGS.read(spec.commandLine().getParseResult());
          Config file = configFile == null ? ConfigFactory.empty() : LAYERS.file(configFile);
          return LAYERS
              .assignments(assignments)
              .withFallback(SettingLayers.rewards(rewards))
              .withFallback(flags)
              .withFallback(file);
        });
  }

  private boolean usesBuiltInTask(Config user) {
    boolean model = isSet(user, "model");
    boolean train = isSet(user, "data.train");
    if (isSet(user, "task") || (!model && !train)) {
      return true;
    }
    if (!model || !train) {
      throw usageError(
          model
              ? "--model must be used with --train, a file of prompts"
              : "--train must be used with --model, the directory of the policy");
    }
    return false;
  }

  private static boolean isSet(Config config, String path) {
    return config.hasPath(path) && !config.getString(path).isEmpty();
  }

  private static String name(Config user, boolean builtIn) {
    return builtIn
        ? ArithmeticTask.NAME
        : String.valueOf(Path.of(user.getString("model")).toAbsolutePath().getFileName());
  }

  private RunConfig complete(Config user, boolean builtIn, Path directory) {
    return Arguments.read(
        spec,
        () -> {
          Config task = builtIn ? ArithmeticTask.settings(directory) : ConfigFactory.empty();
          RunConfig config = RunConfig.from(LAYERS.complete(user, task));
          if (builtIn && !config.task().equals(ArithmeticTask.NAME)) {
            throw new IllegalArgumentException(
                "task must be " + ArithmeticTask.NAME + ", got " + config.task());
          }
          Rewards.sum(config.rewards());
          return config;
        });
  }

  private ParameterException usageError(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
