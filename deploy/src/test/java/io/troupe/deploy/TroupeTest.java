package io.troupe.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TroupeTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine troupe =
      Troupe.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @Test
  void helpGoesToStandardOutput() {
    assertThat(troupe.execute("--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: troupe");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void unknownOptionIsAUsageError() {
    assertThat(troupe.execute("--no-such-option")).isEqualTo(2);
    assertThat(err.toString()).contains("--no-such-option");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void rehearsalStopsAtTheFirstFailure() {
    assertThat(troupe.execute("rehearse", "models", "mlp", "--then", "models", "gcn")).isZero();
    assertThat(out.toString()).contains("mlp: ", "gcn: ");
    assertThat(troupe.execute("rehearse", "models", "mpl", "--then", "models", "gat")).isEqualTo(2);
    assertThat(err.toString()).contains("model must be one of ", ", got mpl");
    assertThat(out.toString()).doesNotContain("gat: ");
  }
}
