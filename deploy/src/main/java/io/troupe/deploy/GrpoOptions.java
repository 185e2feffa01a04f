package io.troupe.deploy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.deploy.settings.SettingFlags;
import io.troupe.deploy.settings.SettingLayers;
import io.troupe.deploy.task.ArithmeticTask;
import io.troupe.protocols.config.RunConfig;
import io.troupe.reward.Rewards;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The settings of a new GRPO run on the command line: an option for every key of {@link RunConfig},
 * a file, and assignments. Shared by the commands that start one.
 */
final class GrpoOptions {
  private static final SettingFlags FLAGS =
      SettingFlags.of(RunConfig.SECTION, Set.of("kind", "rewards"));
  private static final SettingLayers LAYERS = new SettingLayers(RunConfig.SECTION);

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

  /** A new run: where it is written, and its settings. */
  record NewRun(Path directory, RunConfig config, boolean builtIn) {
    /**
     * Creates the directory, with the files of the built-in task if the run is one, and loads the
     * inputs. The caller closes both.
     */
    Created create() {
      if (!builtIn) {
        GrpoInputs inputs = GrpoInputs.load(config);
        try {
          return new Created(inputs, NewRunDirectory.create(directory, config.render()));
        } catch (RuntimeException e) {
          inputs.close();
          throw e;
        }
      }
      NewRunDirectory created = NewRunDirectory.create(directory, config.render());
      try {
        created.write(new ArithmeticTask(directory, config.seed()));
        return new Created(GrpoInputs.load(config), created);
      } catch (RuntimeException e) {
        created.close();
        throw e;
      }
    }
  }

  /** The inputs and the directory of a new run. */
  record Created(GrpoInputs inputs, NewRunDirectory directory) implements AutoCloseable {
    @Override
    public void close() {
      try (directory;
          inputs) {
        // the inputs first: they may lie in the directory
      }
    }
  }

  /** Adds an option for every key. */
  static void addTo(CommandSpec spec) {
    FLAGS.addTo(spec);
  }

  /**
   * Reads the options.
   *
   * @throws ParameterException if one is wrong
   */
  NewRun read(CommandSpec spec) {
    Config user = options(spec);
    boolean builtIn = usesBuiltInTask(spec, user);
    Path directory = NewRunDirectory.path(outputDir, name(user, builtIn));
    return new NewRun(directory, complete(spec, user, builtIn, directory), builtIn);
  }

  private Config options(CommandSpec spec) {
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

  private static boolean usesBuiltInTask(CommandSpec spec, Config user) {
    boolean model = isSet(user, "model");
    boolean train = isSet(user, "data.train");
    if (isSet(user, "task") || (!model && !train)) {
      return true;
    }
    if (!model || !train) {
      throw new ParameterException(
          spec.commandLine(),
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

  private static RunConfig complete(
      CommandSpec spec, Config user, boolean builtIn, Path directory) {
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
}
