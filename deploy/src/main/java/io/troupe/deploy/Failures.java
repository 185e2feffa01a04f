package io.troupe.deploy;

import io.troupe.deploy.settings.Spelling;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Converts exceptions to one line on standard error and an exit status. The stack trace is logged,
 * and printed with {@code --verbose}.
 *
 * @param verbose whether to print stack traces; called after the command line has been parsed
 */
record Failures(BooleanSupplier verbose)
    implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  /** Reports a usage error. */
  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String message =
        e instanceof UnmatchedArgumentException unmatched ? unmatched(unmatched) : e.getMessage();
    print(command, message, e);
    return ExitCode.USAGE;
  }

  /** Reports the failure of a command. */
  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult arguments) {
    LOG.info("{} failed", command.getCommandName(), e);
    print(command, message(e), e);
    return ExitCode.SOFTWARE;
  }

  private void print(CommandLine command, String message, Exception e) {
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + oneLine(message));
    if (verbose.getAsBoolean()) {
      e.printStackTrace(err);
    }
    err.flush();
  }

  /** The message of an expected error; for others also the type of the exception. */
  private static String message(Exception e) {
    String kind = e.getClass().getName();
    boolean expected =
        kind.startsWith("io.troupe.")
            || e instanceof IllegalArgumentException
            || e instanceof UncheckedIOException;
    if (expected && e.getMessage() != null) {
      return e.getMessage();
    }
    return "failed with "
        + e.getClass().getSimpleName()
        + (e.getMessage() == null ? "" : ": " + e.getMessage())
        + " (--verbose prints the stack trace)";
  }

  private static String unmatched(UnmatchedArgumentException e) {
    String argument = e.getUnmatched().getFirst();
    CommandLine command = e.getCommandLine();
    if (!e.isUnknownOption()) {
      return command.getSubcommands().isEmpty()
          ? "arguments must be options, such as --steps, got '" + argument + "'"
          : "there is no command " + argument + Spelling.suggestion(argument, commands(command));
    }
    String name = argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
    String suggestion = Spelling.suggestion(name, options(command));
    return "unknown option "
        + name
        + (suggestion.isEmpty() ? "; --help lists the options" : suggestion);
  }

  private static List<String> commands(CommandLine command) {
    return List.copyOf(command.getSubcommands().keySet());
  }

  private static List<String> options(CommandLine command) {
    List<String> names = new ArrayList<>();
    command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
    return names;
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
