package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.grpo.GrpoState;
import io.troupe.actors.grpo.GrpoSummary;
import io.troupe.actors.run.SampleText;
import io.troupe.deploy.view.Style;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BeforeAfterTest {
  private static final List<Double> REWARDS = List.of(0.125, 0.5, 0.875);

  private static SampleText answer(String question, String text, double reward) {
    return new SampleText(
        0, -1, 0, 0, question, text, reward, Map.of("numeric-match", reward), 2, "end-of-text");
  }

  private static EvaluationResult evaluation(long step, double accuracy, SampleText... answers) {
    return new EvaluationResult(step, accuracy, accuracy, List.of(answers));
  }

  private static GrpoSummary summary(double before, double after) {
    Ledger ledger =
        new Ledger(9, 1, 1, Map.of(), 1, Map.of(), 1, 0, List.of(), List.of(), List.of());
    return new GrpoSummary(new GrpoState(0, "", before, 0, 1, 1, ledger), after, 0, 0, 0);
  }

  private static String table(
      Optional<EvaluationResult> first, Optional<EvaluationResult> last, GrpoSummary summary) {
    return String.join(
        "\n", new BeforeAfter(first, last, REWARDS, new Style(false)).lines(summary));
  }

  @Test
  void showsAccuracyAndAnswersOfEachKind() {
    String table =
        table(
            Optional.of(evaluation(0, 0.25, answer("1+1=", "3", 0), answer("2+2=", "4", 1))),
            Optional.of(evaluation(9, 0.75, answer("1+1=", "2", 1), answer("2+2=", "5", 0))),
            summary(0.25, 0.75));
    assertThat(table).contains("25.0 %", "75.0 %", "+50.0 points");
    assertThat(table).containsPattern("1\\+1= +3 +wrong +2 +right");
    assertThat(table).containsPattern("2\\+2= +4 +right +5 +wrong");
  }

  @Test
  void longAnswersAreTruncatedToOneLine() {
    String story = "once upon\na time " + "there was a cat ".repeat(20);
    String table =
        table(
            Optional.of(evaluation(0, 0, answer(story, story, 0))),
            Optional.of(evaluation(9, 0, answer(story, story, 0))),
            summary(0, 0));
    assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(110));
    assertThat(table).contains("once upon a time", "…");
  }

  @Test
  void runWithoutFirstEvaluationShowsOnlyAccuracy() {
    String table =
        table(
            Optional.empty(),
            Optional.of(evaluation(9, 0.75, answer("1+1=", "2", 1))),
            summary(0.25, 0.75));
    assertThat(table).contains("25.0 %", "75.0 %").doesNotContain("1+1=");
  }

  @Test
  void runWithoutQuestionsComparesFirstAndLastRewards() {
    assertThat(table(Optional.empty(), Optional.empty(), summary(Double.NaN, Double.NaN)))
        .containsPattern("reward.* 0.13 +0.88")
        .doesNotContain("accuracy");
  }
}
