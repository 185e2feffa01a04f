package io.troupe.actors.grpo;

import io.troupe.actors.run.MemoryMetrics;
import io.troupe.actors.run.RunContext;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.SampleText;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a GRPO run records after its steps: metrics, samples and evaluations. */
final class StepRecords {
  private final GrpoInputs inputs;
  private final RunConfig config;
  private final RunContext context;
  private final Evaluation evaluation;

  StepRecords(GrpoInputs inputs, RunContext context) {
    this.inputs = inputs;
    this.config = inputs.config();
    this.context = context;
    this.evaluation = new Evaluation(inputs);
  }

  /** Number of sampled tokens of a batch. */
  static long numTokens(List<ScoredGroup> groups) {
    return groups.stream()
        .flatMap(group -> group.group().completions().stream())
        .map(Completion::tokenIds)
        .mapToLong(tokenIds -> tokenIds.length)
        .sum();
  }

  boolean isEvaluationDue(long step) {
    return evaluation.isPossible()
        && step < config.steps()
        && config.evalSteps() > 0
        && step % config.evalSteps() == 0;
  }

  boolean isCheckpointDue(long step) {
    return step % config.saveSteps() == 0 || step == config.steps();
  }

  /** Evaluates the policy between two steps. */
  void evaluate(long step) throws InterruptedException {
    context.listener().onEvent(new RunEvent.PhaseStarted("evaluation"));
    context.listener().onEvent(evaluation.run(step).toEvent());
    context.listener().onEvent(new RunEvent.PhaseStarted("training"));
  }

  /**
   * Writes metrics and samples of a step.
   *
   * @param stepMetrics of the trainer
   * @param times of the step
   */
  void write(
      long step,
      List<ScoredGroup> groups,
      Map<String, Double> stepMetrics,
      Map<String, Double> times) {
    Map<String, Double> metrics = new LinkedHashMap<>(stepMetrics);
    metrics.putAll(times);
    metrics.putAll(MemoryMetrics.of(inputs.engine().memory()));
    context.directory().appendMetrics(step, metrics);
    List<SampleText> texts = SampleTexts.of(step, groups, config.logSamples());
    context.directory().appendSamples(texts);
    context.listener().onEvent(new RunEvent.StepTrained(step, config.steps(), metrics));
    context.listener().onEvent(new RunEvent.SamplesTrained(step, texts));
  }
}
