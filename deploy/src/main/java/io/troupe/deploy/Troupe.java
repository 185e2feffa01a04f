package io.troupe.deploy;

import io.troupe.deploy.bench.BenchCommand;
import io.troupe.deploy.cluster.SpareProcess;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code troupe}: lists the commands and runs one of them. */
@Command(
    name = "troupe",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Troupe.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Trains language models with reinforcement learning, and other models with supervised"
            + " learning, on the JVM.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:success", "1:failure, with one line on standard error", "2:usage error"},
    footer = {
      "",
      "troupe simulate             watch a small model learn to add",
      "troupe train MODEL          supervised learning; troupe models lists the models",
      "troupe COMMAND --help       options of a command"
    })
public final class Troupe implements Runnable {
  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("simulate", SimulateCommand::spec);
    COMMANDS.put("train", TrainCommand::spec);
    COMMANDS.put("resume", ResumeCommand::new);
    COMMANDS.put("run", RunCommand::spec);
    COMMANDS.put("join", JoinCommand::new);
    COMMANDS.put("cluster", ClusterCommand::spec);
    COMMANDS.put("log", LogCommand::new);
    COMMANDS.put("replay", ReplayCommand::new);
    COMMANDS.put("generate", GenerateCommand::spec);
    COMMANDS.put("serve", ServeCommand::spec);
    COMMANDS.put("score", ScoreCommand::new);
    COMMANDS.put("models", ModelsCommand::new);
    COMMANDS.put("predict", PredictCommand::new);
    COMMANDS.put("sample", SampleCommand::new);
    COMMANDS.put("draw", DrawCommand::new);
    COMMANDS.put("faults", FaultsCommand::new);
    COMMANDS.put("bench", BenchCommand::new);
    COMMANDS.put("rehearse", RehearseCommand::commandLine);
    COMMANDS.put(SpareProcess.COMMAND, SpareCommand::create);
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean verbose;

  /**
   * Runs the command line and exits the JVM with its status: 0 success, 1 failure, 2 usage error.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    PrintWriter out =
        new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), false);
    int status = commandLineFor(args).setOut(out).execute(args);
    out.flush();
    System.exit(status);
  }

  /**
   * Returns a new command line, with every command registered. The argument after an option is its
   * value even if it starts with {@code -} or {@code @}, as with POSIX {@code getopt}: a prompt may
   * be {@code -5} or {@code @home}.
   */
  static CommandLine commandLine() {
    return commandLine(COMMANDS.values());
  }

  /** The command line for some arguments: only the command they name, as each takes time. */
  static CommandLine commandLineFor(String[] args) {
    boolean named = args.length > 0 && COMMANDS.containsKey(args[0]);
    return commandLine(named ? List.of(COMMANDS.get(args[0])) : COMMANDS.values());
  }

  private static CommandLine commandLine(Collection<Supplier<Object>> commands) {
    Troupe troupe = new Troupe();
    Failures failures = new Failures(() -> troupe.verbose);
    CommandLine line = new CommandLine(troupe);
    commands.forEach(command -> line.addSubcommand(command.get()));
    return line.setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures)
        .setExpandAtFiles(false)
        .setAllowOptionsAsOptionParameters(true)
        .setUsageHelpAutoWidth(true);
  }

  /** Prints the help if there is no command. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The version in the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"troupe " + number()};
    }

    static String number() {
      String version = Troupe.class.getPackage().getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }
  }
}
