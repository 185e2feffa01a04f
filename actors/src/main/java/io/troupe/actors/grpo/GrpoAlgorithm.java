package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.learner.LearnerDeadlines;
import io.troupe.actors.run.Algorithm;
import io.troupe.actors.run.Attempt;
import io.troupe.actors.run.RunContext;
import io.troupe.protocols.config.DeadlineConfig;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;

/** Trains a language model with GRPO. */
public final class GrpoAlgorithm implements Algorithm<List<ScoredGroup>, Ledger, GrpoSummary> {
  private final GrpoInputs firstInputs;
  private final WorkDecorators decorators;
  private boolean opened;

  /**
   * A run with these inputs; a second attempt loads its own.
   *
   * @param inputs of the first attempt, which closes them
   */
  public GrpoAlgorithm(GrpoInputs inputs) {
    this(inputs, WorkDecorators.NONE);
  }

  GrpoAlgorithm(GrpoInputs inputs, WorkDecorators decorators) {
    this.firstInputs = inputs;
    this.decorators = decorators;
  }

  @Override
  public LearnerDeadlines deadlines() {
    DeadlineConfig deadlines = firstInputs.config().deadlines();
    return LearnerDeadlines.of(
        deadlines.step(), deadlines.evaluation(), deadlines.checkpoint(), deadlines.stop());
  }

  @Override
  public Attempt<List<ScoredGroup>, Ledger, GrpoSummary> open(RunContext context) {
    GrpoInputs inputs =
        opened ? GrpoInputs.load(firstInputs.config(), decorators.backend()) : firstInputs;
    opened = true;
    return new GrpoAttempt(inputs, context, deadlines(), decorators);
  }
}
