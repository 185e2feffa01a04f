package io.troupe.deploy.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs a command line of this program in new JVMs with the flags of this one, one after the other.
 *
 * @param mainClass entry point of this program
 * @param arguments of the command line
 */
record FreshProcesses(String mainClass, List<String> arguments) {
  /** The option that asks for several processes. */
  static final String OPTION = "--processes";

  FreshProcesses {
    arguments = List.copyOf(arguments);
  }

  /**
   * The same benchmark in one process with JSON output.
   *
   * @param mainClass entry point of this program
   * @param arguments with the option that asks for several processes
   */
  static FreshProcesses ofOneEach(String mainClass, List<String> arguments) {
    List<String> one = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals(OPTION)) {
        i++; // its value
      } else if (!arguments.get(i).startsWith(OPTION + "=")) {
        one.add(arguments.get(i));
      }
    }
    if (!one.contains("--json")) {
      one.add("--json");
    }
    return new FreshProcesses(mainClass, one);
  }

  /**
   * Runs a process and passes on each line that it prints.
   *
   * @throws IllegalStateException if its exit status is not 0
   */
  void run(Consumer<String> lines) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      process.getOutputStream().close();
      output.lines().forEach(lines);
      int status = process.waitFor();
      if (status != 0) {
        throw new IllegalStateException(
            "the exit status of '%s' must be 0, got %d"
                .formatted(String.join(" ", arguments), status));
      }
    } finally {
      process.destroy();
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    return command;
  }
}
