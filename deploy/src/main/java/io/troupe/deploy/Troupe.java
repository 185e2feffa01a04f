package io.troupe.deploy;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code troupe}: names what it can do, and hands over to the command that was typed.
 */
@Command(
    name = "troupe",
    mixinStandardHelpOptions = true,
    versionProvider = Troupe.Version.class,
    description = "Trains language models with reinforcement learning, on the JVM.")
public final class Troupe implements Runnable {
  @Spec private CommandSpec spec;

  /**
   * Runs the command line and exits the JVM with its status: 0 success, 1 failure, 2 wrong usage.
   *
   * @param args what was typed after {@code troupe}
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Returns a fresh command line, with every command registered. */
  static CommandLine commandLine() {
    return new CommandLine(new Troupe());
  }

  /** Without a command there is nothing to do but to say what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Troupe.class.getPackage().getImplementationVersion();
      return new String[] {"troupe " + (version == null ? "(not packaged)" : version)};
    }
  }
}
