package io.troupe.deploy;

import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.actors.grpo.GrpoSummary;
import io.troupe.actors.run.RunClock;
import io.troupe.actors.run.RunContext;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunListener;
import io.troupe.deploy.cluster.FirstNode;
import io.troupe.deploy.cluster.HealthOption;
import io.troupe.deploy.cluster.NodeOptions;
import io.troupe.deploy.cluster.NodeReport;
import io.troupe.deploy.log.GitRevision;
import io.troupe.deploy.log.ServiceLog;
import io.troupe.deploy.view.ShownFigures;
import io.troupe.protocols.config.RunConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code troupe run}: the first node of a clustered GRPO run. */
@Command(
    name = "run",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = "troupe run [OPTIONS]",
    description = {
      "Starts a clustered GRPO run: its coordinator, and a learner. Other processes take part with"
          + " 'troupe join'. With the directory of a run that has begun, the run continues.",
      "",
      "The result is that of 'troupe simulate' with the same settings, whichever nodes take part or"
          + " fail."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe run --seed 7 --listen 10.0.0.1:7700",
      "troupe join 10.0.0.1:7700                     # on any other host, at any time"
    })
final class RunCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 7700;

  @Spec private CommandSpec spec;
  @Mixin private GrpoOptions options;
  @Mixin private NodeOptions node;
  @Mixin private HealthOption health;

  @Option(
      names = "--roles",
      paramLabel = "ROLE,...",
      defaultValue = "coordinator,learner",
      description =
          "Roles of this node: coordinator, learner, rollout, reward (default: ${DEFAULT-VALUE}).")
  private String roles;

  @Option(
      names = "--coordinators",
      paramLabel = "HOST:PORT,...",
      description =
          "Addresses of all three coordinator nodes, this one included. The run then survives the"
              + " loss of one of their hosts (default: this node only).")
  private String coordinators = "";

  @Option(
      names = "--log-dir",
      paramLabel = "DIR",
      description =
          "Directory of this node's copy of the experience log (default: log in the directory of"
              + " the run).")
  private Path log;

  @Option(names = "--json", description = "Print one JSON object per event.")
  private boolean json;

  private RunCommand() {}

  /** The command with an option for every setting. */
  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new RunCommand());
    GrpoOptions.addTo(spec);
    return spec;
  }

  @Override
  public Integer call() throws Exception {
    Set<Role> wanted = Arguments.read(spec, () -> NodeOptions.roles("--roles", roles));
    NodeAddress address =
        Arguments.read(spec, () -> node.listen("127.0.0.1", DEFAULT_PORT)).bound();
    List<NodeAddress> members = Arguments.read(spec, () -> members(address));
    GrpoOptions.NewRun run = options.read(spec);
    Path directory = begin(run);
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    Optional<String> end = RunDirectory.endOf(directory);
    if (end.isPresent()) { // no failure: a supervisor that starts the node again must be content
      new NodeReport(output.out(), json).say(end.get());
      return ExitCode.OK;
    }
    RunConfig config = RunConfig.from(RunDirectory.configOf(directory).config());
    FirstNode.Settings settings =
        new FirstNode.Settings(
            directory,
            log == null ? RunDirectory.log(directory) : log.toAbsolutePath().normalize(),
            address,
            ClusterKey.loadOrCreate(node.keyFile()),
            members,
            wanted,
            programName(),
            health.port());
    if (wanted.equals(Set.of(Role.COORDINATOR))) {
      return report(settings, config, output, report -> FirstNode.run(settings, config, report));
    }
    try (GrpoInputs inputs = GrpoInputs.load(config)) {
      return wanted.contains(Role.LEARNER)
          ? learn(settings, inputs, output)
          : report(
              settings, config, output, _ -> FirstNode.run(settings, inputs, Optional.empty()));
    }
  }

  private List<NodeAddress> members(NodeAddress self) {
    if (coordinators.isEmpty()) {
      return List.of(self);
    }
    List<NodeAddress> members =
        Arrays.stream(coordinators.split(","))
            .map(text -> NodeAddress.parse("--coordinators", text.strip(), self.host()))
            .toList();
    if (members.size() != 3 || !members.contains(self)) {
      throw new IllegalArgumentException(
          "--coordinators must be three addresses with that of --listen, %s, got %s"
              .formatted(self, coordinators));
    }
    return members;
  }

  /** The directory of the run, which is created unless it has the run already. */
  static Path begin(GrpoOptions.NewRun run) {
    if (!RunDirectory.hasRun(run.directory())) {
      try (GrpoOptions.Created created = run.create()) {
        created.directory().begin();
      }
    }
    return run.directory();
  }

  static String programName() {
    return Troupe.Version.number() + "-" + GitRevision.ofProgram();
  }

  private int learn(FirstNode.Settings settings, GrpoInputs inputs, RunOutput output) {
    try (RunDirectory directory = RunDirectory.open(settings.directory())) {
      return new WatchedRun(directory, output, ShownFigures.GRPO)
          .run(
              RunTitle.of(inputs.config()) + ", clustered, at " + settings.address(),
              inputs.config().render(),
              new GrpoWork(
                  directory,
                  output.style(),
                  listener -> train(settings, inputs, directory, listener)));
    }
  }

  private static GrpoSummary train(
      FirstNode.Settings settings,
      GrpoInputs inputs,
      RunDirectory directory,
      RunListener listener) {
    AtomicReference<GrpoSummary> summary = new AtomicReference<>();
    RunListener listening =
        event -> {
          if (event instanceof RunEvent.Finished(GrpoSummary result)) {
            summary.set(result);
          }
          listener.onEvent(event);
        };
    FirstNode.run(
        settings, inputs, Optional.of(new RunContext(directory, listening, new RunClock())));
    return summary.get();
  }

  private int report(
      FirstNode.Settings settings, RunConfig config, RunOutput output, Consumer<NodeReport> run) {
    NodeReport report = new NodeReport(output.out(), json).of(config.steps());
    report.begins(
        RunTitle.of(config) + ", clustered", settings.address(), roles, settings.directory());
    try (ServiceLog _ = ServiceLog.open();
        Interruption _ = Interruption.ofThisThread()) {
      run.accept(report);
    }
    return ExitCode.OK;
  }
}
