package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.faults.SeedResult;
import io.troupe.actors.faults.SeedResult.Violation;
import io.troupe.actors.faults.check.Checks;
import io.troupe.actors.faults.check.Invariant;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.deploy.CommandLines.Outcome;
import io.troupe.deploy.faults.FaultOutput;
import io.troupe.deploy.faults.FaultProgress;
import io.troupe.deploy.view.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class FaultsTest {
  private final StringWriter text = new StringWriter();
  private final PrintWriter out = new PrintWriter(text);

  @Test
  void simulatesSeedsAndPrintsTables() {
    Outcome outcome = troupe("faults", "--seeds", 6, "--threads", 2);

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("kill", "torn-write", "one-leader", "same-weights", "6 seeds in", "no violation");
  }

  @Test
  void printsTheTraceOfASeed() {
    Outcome outcome = troupe("faults", "--seed", 3, "--trace");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("seed 3  trace ", "coordinator-1", "1 seeds in");
  }

  @Test
  void printsJson() throws IOException {
    Outcome outcome = troupe("faults", "--seeds", 2, "--seed", 5, "--json");

    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).hasSize(3);
    JsonNode summary = new ObjectMapper().readTree(lines.getLast());
    assertThat(summary.get("seeds").asInt()).isEqualTo(2);
    assertThat(summary.get("violations").asInt()).isZero();
    assertThat(summary.get("fault_effects").has("clock-jump")).isTrue();
    assertThat(new ObjectMapper().readTree(lines.getFirst()).get("trace_hash").asText())
        .hasSize(16);
  }

  @Test
  void checksItsArguments() {
    troupe("faults", "--seeds", 0).isMistake(2, "--seeds must be from 1 to 10000000, got 0");
    troupe("faults", "--threads", 0).isMistake(2, "--threads must be from 1 to 1024, got 0");
  }

  @Test
  void aViolationIsPrintedWithItsTraceAndItsCommand() {
    SeedResult violated =
        new SeedResult(
            17,
            Optional.of(new Violation(Invariant.ONE_LEADER, "epoch 2 has two coordinators")),
            255,
            List.of("    1.000000  node       event"),
            new Witnesses(),
            new Checks(),
            Duration.ofSeconds(3),
            1234,
            5,
            Duration.ofSeconds(1),
            6);

    new FaultOutput(out, new Style(false), false, false).seed(violated);

    assertThat(text.toString())
        .contains("1.000000  node", "seed 17  trace 00000000000000ff", "1,234 events")
        .contains("epoch 2 has two coordinators", "an epoch has one coordinator")
        .contains("troupe faults --seed 17 --trace");
  }

  @Test
  void progressShowsRateAndTimeLeft() {
    AtomicLong nowNs = new AtomicLong();
    FaultProgress progress = new FaultProgress(out, false, 100, nowNs::get);
    nowNs.set(Duration.ofSeconds(5).toNanos());
    progress.advance();
    assertThat(text.toString()).isEmpty();

    nowNs.set(Duration.ofSeconds(10).toNanos());
    progress.advance();

    assertThat(text.toString().strip()).isEqualTo("seed 2/100  0.2 seeds/s  8:10 left");
  }
}
