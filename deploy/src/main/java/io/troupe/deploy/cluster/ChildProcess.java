package io.troupe.deploy.cluster;

import java.nio.file.Path;
import java.util.List;

/**
 * A process that is kept running.
 *
 * @param name in messages, such as {@code learner-1}
 * @param arguments of {@code troupe}
 * @param output file to which its output is appended
 */
public record ChildProcess(String name, List<String> arguments, Path output) {
  /** Copies the list. */
  public ChildProcess {
    arguments = List.copyOf(arguments);
  }
}
