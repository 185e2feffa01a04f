package io.troupe.deploy;

import com.typesafe.config.Config;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.deploy.cluster.NodeOptions;
import io.troupe.deploy.cluster.NodeReport;
import io.troupe.deploy.log.ServiceLog;
import io.troupe.deploy.serve.FollowedRun;
import io.troupe.deploy.serve.ModelSource;
import io.troupe.deploy.serve.ServingProcess;
import io.troupe.deploy.serve.ServingReport;
import io.troupe.deploy.settings.SettingFlags;
import io.troupe.protocols.config.ServingConfig;
import io.troupe.rollout.service.RunningRequests;
import io.troupe.serving.weights.UpdateMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code troupe serve}: a model directory as an endpoint. */
@Command(
    name = "serve",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = {
      "troupe serve --model DIR [OPTIONS]",
      "       troupe serve --follow RUN|HOST:PORT [OPTIONS]"
    },
    description = {
      "Serves a language model over the OpenAI HTTP API and Arrow Flight, until Ctrl-C.",
      "A page to try the model is at the address of the HTTP API."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe serve --model MODEL",
      "troupe serve --follow runs/20261129-081500-arithmetic --port 9000",
      "troupe serve --follow 10.0.0.1:7700",
      "troupe serve --model MODEL --host 0.0.0.0 --api-key-file keys.txt \\",
      "    --tls-cert cert.pem --tls-key key.pem"
    })
final class ServeCommand implements Callable<Integer> {
  private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(60);
  private static final SettingFlags FLAGS =
      new SettingFlags(
          SettingFlags.of(ServingConfig.SECTION, Set.of()).settings(), "Model and weights");

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Source source;

  private static final class Source {
    @Option(
        names = "--model",
        paramLabel = "DIR",
        description =
            "Directory of the model in Hugging Face's layout (config.json, model.safetensors,"
                + " tokenizer.json).")
    private Path model;

    @Option(
        names = "--follow",
        paramLabel = "RUN|HOST:PORT",
        description =
            "A GRPO run. Its directory: serve its newest checkpoint, and each later one as soon as"
                + " it is written. Any node of a clustered run: serve the weights of each step.")
    private String run;
  }

  @Option(
      names = "--follow-mode",
      paramLabel = "keep|wait|abort",
      defaultValue = "keep",
      description =
          "With --follow: what happens to running requests when the weights change. keep: they"
              + " continue on the new weights; wait: they end first; abort: they are canceled"
              + " (default: ${DEFAULT-VALUE}).")
  private String followMode;

  @ArgGroup(validate = false, heading = "%nWith --follow HOST:PORT%n")
  private NodeOptions node = new NodeOptions();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of compute threads. 0: one per core (default: 0).")
  private int threads;

  @Option(names = "--json", description = "Print one JSON object per event.")
  private boolean json;

  private ServeCommand() {}

  /** The command with an option for every setting. */
  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new ServeCommand());
    FLAGS.addTo(spec);
    return spec;
  }

  @Override
  public Integer call() throws Exception {
    ServingConfig config = Arguments.read(spec, this::config);
    RunningRequests running =
        Arguments.read(spec, () -> UpdateMode.of("--follow-mode", followMode));
    PrintWriter out = spec.commandLine().getOut();
    ServingReport report = json ? new ServingReport.Json(out) : new ServingReport.Text(out);
    Duration timeToStop = config.timeouts().drain().plus(TIME_TO_CLOSE);
    try (ServiceLog _ = ServiceLog.open();
        Interruption _ = Interruption.ofThisThread(timeToStop);
        ModelSource from = source(running, out);
        ServingProcess process =
            ServingProcess.start(from, threads, config, Troupe.Version.number(), report)) {
      process.serveUntilInterrupted();
    }
    return ExitCode.OK;
  }

  private ModelSource source(RunningRequests running, PrintWriter out) throws IOException {
    if (source.model != null) {
      return new ModelSource.Directory(source.model);
    }
    Path directory = Path.of(source.run);
    if (Files.exists(directory) || !source.run.contains(":")) {
      return Arguments.read(spec, () -> new ModelSource.Checkpoints(directory, running));
    }
    NodeAddress target =
        Arguments.read(spec, () -> NodeAddress.parse("--follow", source.run, "127.0.0.1"));
    String here = NodeAddress.hostTowards(target);
    NodeAddress address = Arguments.read(spec, () -> node.listen(here, 0)).bound();
    return new FollowedRun(
        new FollowedRun.Settings(
            target,
            address,
            Path.of("runs", "serve-" + address.port()).toAbsolutePath(),
            ClusterKey.load(node.keyFile()),
            RunCommand.programName()),
        running,
        new NodeReport(out, json));
  }

  private ServingConfig config() {
    if (threads < 0 || threads > 1024) {
      throw new IllegalArgumentException("--threads must be in [0, 1024], got " + threads);
    }
    Config flags = FLAGS.read(spec.commandLine().getParseResult());
    return ServingConfig.from(flags);
  }
}
