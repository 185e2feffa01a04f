package io.troupe.deploy.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.SampleText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ViewsTest {
  private final StringWriter text = new StringWriter();
  private final PrintWriter out = new PrintWriter(text);
  private final AtomicLong clockNs = new AtomicLong();

  private static Map<String, Double> metrics(double reward) {
    return Map.of("reward", reward, "tokens_per_second", 1234.0, "kl", Double.NaN);
  }

  private void pass(Duration time) {
    clockNs.addAndGet(time.toNanos());
  }

  @Test
  void progressLinesArePrintedEveryFewSecondsAndAtTheEnd() {
    LineView view = new LineView(out, ShownFigures.GRPO, clockNs::get);
    view.onStart(Path.of("runs/x"), "a run");
    view.onEvent(new RunEvent.PhaseStarted("training"));
    for (int step = 1; step <= 100; step++) {
      pass(Duration.ofMillis(200));
      view.onEvent(new RunEvent.StepTrained(step, 100, metrics(0.01 * step)));
    }
    List<String> lines = text.toString().lines().toList();
    assertThat(lines).hasSizeBetween(6, 9);
    assertThat(lines).contains("run directory runs/x");
    assertThat(lines.getLast()).contains("step 100/100", "reward 1.00", "1,234 tokens/s");
  }

  @Test
  void evaluationsBetweenStepsAreNotCountedAsSteps() {
    LineView view = new LineView(out, ShownFigures.GRPO, clockNs::get);
    view.onEvent(new RunEvent.PhaseStarted("training"));
    for (int step = 1; step <= 10; step++) {
      pass(Duration.ofSeconds(6));
      view.onEvent(new RunEvent.StepTrained(step, 20, metrics(0.5)));
      view.onEvent(new RunEvent.PhaseStarted("evaluation"));
      view.onEvent(new RunEvent.Evaluated(step, Map.of("accuracy", 0.25), List.of()));
      view.onEvent(new RunEvent.PhaseStarted("training"));
    }
    String shown = text.toString();
    assertThat(shown.lines().filter(line -> line.endsWith("  evaluation"))).hasSize(1);
    assertThat(shown)
        .contains("step 10/20", "1:00 left", "held-out accuracy 25.00 % after step 10");
  }

  @Test
  void everyEventIsALineOfJson() throws IOException {
    JsonView view = new JsonView(out);
    view.onStart(Path.of("runs/x"), "a run");
    view.onEvent(new RunEvent.PhaseStarted("training"));
    view.onEvent(new RunEvent.StepTrained(1, 2, metrics(0.5)));
    view.onEvent(new RunEvent.Evaluated(1, Map.of("accuracy", Double.NaN), List.of()));
    view.print("a \"word\"");
    ObjectMapper json = new ObjectMapper();
    List<String> lines = text.toString().lines().toList();
    assertThat(lines).hasSize(5);
    JsonNode step = json.readTree(lines.get(2));
    assertThat(step.get("event").asText()).isEqualTo("step");
    assertThat(step.get("reward").asDouble()).isEqualTo(0.5);
    assertThat(step.get("kl").isNull()).isTrue();
    assertThat(json.readTree(lines.get(3)).get("accuracy").isNull()).isTrue();
    assertThat(json.readTree(lines.get(4)).get("text").asText()).isEqualTo("a \"word\"");
  }

  @Test
  void terminalShowsStepRewardAccuracySpeedAndASample() {
    try (TerminalView view =
        new TerminalView(out, new Style(false), ShownFigures.GRPO, clockNs::get)) {
      view.onStart(Path.of("runs/x"), "a run");
      view.onEvent(new RunEvent.Evaluated(0, Map.of("accuracy", 0.25), List.of()));
      view.onEvent(new RunEvent.PhaseStarted("training"));
      for (int step = 1; step <= 8; step++) {
        pass(Duration.ofSeconds(1));
        view.onEvent(new RunEvent.StepTrained(step, 10, metrics(0.1 * step)));
        SampleText sample =
            new SampleText(step, 0, 0, 0, "1+1=", "2\u001b[2J", 1, Map.of(), 1, "end-of-text");
        view.onEvent(new RunEvent.SamplesTrained(step, List.of(sample)));
      }
      view.print("a warning");
    }
    String shown = text.toString();
    String block = shown.substring(shown.lastIndexOf("\u001b[J"));
    assertThat(block).contains("step 8/10", "0:02 left", "0.80", "▁▂▃▄▅▆▇█", "25.00 %", "1,234");
    assertThat(block).contains("1+1=2");
    assertThat(shown).contains("a warning\n").doesNotContain("\u001b[2J");
  }

  @Test
  void screenOverwritesItsLastBlockAndKeepsEarlierLines() {
    Screen screen = new Screen(out);
    screen.draw(List.of("one", "two"));
    screen.print("kept");
    screen.draw(List.of("three"));
    assertThat(text.toString())
        .isEqualTo(
            "\r\u001b[J\u001b[?7lone\ntwo\n\u001b[?7h"
                + "\r\u001b[2A\u001b[Jkept\n\u001b[?7lone\ntwo\n\u001b[?7h"
                + "\r\u001b[2A\u001b[J\u001b[?7lthree\n\u001b[?7h");
  }

  @Test
  void sparklineShowsTheMeanOfEachInterval() {
    assertThat(Sparkline.of(List.of(0.0, 0.0, 7.0, 7.0), 2)).isEqualTo("▁█");
    assertThat(Sparkline.of(List.of(1.0, 1.0), 5)).isEqualTo("▁▁");
    assertThat(Sparkline.of(List.of(), 5)).isEmpty();
  }

  @Test
  void numbersAreFormattedForReading() {
    assertThat(Figures.percent(0.865)).isEqualTo("86.5 %");
    assertThat(Figures.percent(Double.NaN)).isEqualTo("-");
    assertThat(Figures.count(12345.6)).isEqualTo("12,346");
    assertThat(Figures.decimal(0.5)).isEqualTo("0.50");
    assertThat(Figures.decimal(1e-6)).isEqualTo("1.0e-06");
    assertThat(Figures.time(Duration.ofSeconds(3725))).isEqualTo("1:02:05");
  }
}
