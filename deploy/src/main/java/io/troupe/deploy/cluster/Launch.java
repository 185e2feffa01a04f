package io.troupe.deploy.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How another process of this program is started: the same Java, flags and class path. */
public final class Launch {
  private Launch() {}

  /** The command line for some arguments of {@code troupe}. */
  public static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "io.troupe.deploy.Troupe"));
    command.addAll(arguments);
    return command;
  }

  /** Asks a process to end, and kills it when it has not ended in time. */
  static void end(Process process, long limitSeconds) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      process.waitFor();
    }
  }
}
