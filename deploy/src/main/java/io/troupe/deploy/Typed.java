package io.troupe.deploy;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What was typed; where it cannot be used, that is a mistake of usage. */
final class Typed {
  private Typed() {}

  /**
   * Reads what was typed.
   *
   * @param spec of the command
   * @param reading throws {@link IllegalArgumentException} at what cannot be used
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
   * Refuses a number that is too small.
   *
   * @throws IllegalArgumentException naming the option
   */
  static void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(option + "=" + value + ": set " + least + " or more");
    }
  }
}
