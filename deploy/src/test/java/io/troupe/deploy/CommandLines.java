package io.troupe.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs commands in this process. */
final class CommandLines {
  private CommandLines() {}

  /**
   * The result of a command.
   *
   * @param status the exit status
   * @param out all of standard output
   * @param err all of standard error
   */
  record Outcome(int status, String out, String err) {
    /** Checks that the command printed nothing but an error of one line. */
    void isMistake(int expectedStatus, String... expectedWords) {
      isFailure(expectedStatus, expectedWords);
      assertThat(out).isEmpty();
    }

    /** Checks that the command failed with one line on standard error, with all expected words. */
    void isFailure(int expectedStatus, String... expectedWords) {
      assertThat(err).contains(expectedWords);
      assertThat(err.lines()).as("lines on standard error").hasSize(1);
      assertThat(err).startsWith("troupe");
      assertThat(status).isEqualTo(expectedStatus);
    }
  }

  static Outcome troupe(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine troupe = Troupe.commandLine();
    troupe.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] texts = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      texts[i] = args[i].toString();
    }
    int status = troupe.execute(texts);
    return new Outcome(status, out.toString(), err.toString());
  }
}
