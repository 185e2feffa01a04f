package io.troupe.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
  void aLineWithACommandHasThisCommandAlone() {
    for (String name : Troupe.commandLine().getSubcommands().keySet()) {
      assertThat(Troupe.commandLineFor(new String[] {name, "--verbose"}).getSubcommands())
          .containsOnlyKeys(name);
    }
    assertThat(Troupe.commandLineFor(new String[] {"--verbose", "models"}).getSubcommands())
        .containsKeys("models", "run");
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

  @Test
  void rehearsalServesWhileTheNextLineRuns(@TempDir Path folder) throws IOException {
    Path model = TinyModel.write(folder);
    CommandLines.Outcome outcome =
        CommandLines.troupe(
            "rehearse",
            "serve",
            "--model",
            model,
            "--port",
            "@port@",
            "--flight-port",
            "0",
            "--while",
            "bench",
            "serve",
            "--base-url",
            "http://127.0.0.1:@port@",
            "--random-input-len",
            "2",
            "--random-output-len",
            "3",
            "--num-prompts",
            "4");
    assertThat(outcome.out()).contains("4 completed, 0 rejected, 0 failed", "stopped");
    assertThat(outcome.status()).isZero();
  }
}
