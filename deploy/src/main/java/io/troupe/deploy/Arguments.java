package io.troupe.deploy;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks of command line arguments. An invalid argument is a usage error with exit status 2. */
final class Arguments {
  private Arguments() {}

  /**
   * Reads arguments.
   *
   * @param spec of the command
   * @param reading throws {@link IllegalArgumentException} for an invalid argument
   * @throws ParameterException with the same message
   */
  static <T> T read(CommandSpec spec, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /**
   * Rejects a number that is too small.
   *
   * @throws IllegalArgumentException naming the option
   */
  static void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(option + " must be >= " + least + ", got " + value);
    }
  }
}
