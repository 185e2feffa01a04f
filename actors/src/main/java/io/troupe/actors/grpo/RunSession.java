package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.LedgerState;
import io.troupe.actors.run.LearnerRestarts;
import io.troupe.actors.run.RunAttempt;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.RunConfig;
import io.troupe.training.checkpoint.RunCheckpoint;
import io.troupe.training.checkpoint.RunCheckpoints;
import io.troupe.training.grpo.GrpoTrainer;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.sft.SftConfig;
import io.troupe.training.sft.SftTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process's part of a run: from the start or from a checkpoint, to the end. The parts in order:
 * warm start, evaluation, training, evaluation, final model, summary.
 */
final class RunSession {
  private static final Logger LOG = LoggerFactory.getLogger(RunSession.class);

  private final GrpoInputs inputs;
  private final RunConfig config;
  private final RunDirectory folder;
  private final RunListener listener;
  private final RunSeams seams;
  private final RunCheckpoints checkpoints;
  private final Evaluation evaluation;
  private Optional<RunCheckpoint> checkpoint;
  private RunMeasures measures;

  RunSession(GrpoInputs inputs, RunDirectory folder, RunListener listener, RunSeams seams) {
    this.inputs = inputs;
    this.config = inputs.config();
    this.folder = folder;
    this.listener = listener;
    this.seams = seams;
    this.checkpoints = new RunCheckpoints(folder.checkpoints());
    this.evaluation = new Evaluation(inputs);
  }

  /** Runs to the end. */
  GrpoSummary run() {
    return RunAttempt.of(folder, this::runParts);
  }

  private GrpoSummary runParts() throws IOException, InterruptedException {
    checkpoint = checkpoints.latest(LOG::warn);
    measures = new RunMeasures(checkpoint.map(c -> c.state().books().wallSeconds()).orElse(0.0));
    if (checkpoint.isEmpty()) {
      begin();
    }
    LedgerState books = train();
    if (books.policyVersion() < config.steps()) {
      throw new RunStoppedException(
          "stopped after step %d of %d: go on by 'troupe resume %s'"
              .formatted(books.policyVersion(), config.steps(), folder.path()));
    }
    double accuracyAfter = evaluate(config.steps());
    saveModel(folder.finalModel());
    GrpoSummary summary = measures.summary(books, accuracyAfter);
    folder.writeSummary(summary.toMap());
    listener.onFinished(summary);
    return summary;
  }

  // ---- before the first step -----------------------------------------------------------------

  private void begin() throws IOException, InterruptedException {
    folder.truncateAfter(0);
    if (config.warmStart().steps() > 0) {
      warmUp();
    }
    saveModel(folder.startModel());
    measures.accuracyBefore(evaluate(0));
  }

  private void warmUp() throws InterruptedException {
    listener.onPhase("warm start");
    int steps = config.warmStart().steps();
    try (SftTrainer trainer =
        new SftTrainer(
            inputs.policy(),
            SftConfig.of(config.warmStart(), config.grpo()),
            inputs.demonstrations(),
            config.seed())) {
      for (int step = 1; step <= steps; step++) {
        if (Thread.interrupted()) {
          throw new InterruptedException("stopped in the warm start");
        }
        listener.onWarmStartStep(step, steps, trainer.step());
      }
    }
  }

  /** The accuracy on the held-out questions; NaN when there are none. */
  private double evaluate(long step) throws InterruptedException {
    if (!evaluation.isPossible()) {
      return Double.NaN;
    }
    listener.onPhase("evaluation");
    EvaluationResult result = evaluation.run(step);
    listener.onEvaluation(result);
    return result.accuracy();
  }

  private void saveModel(Path to) throws IOException {
    PretrainedModel.save(inputs.policy(), to);
    inputs.tokenizer().save(to);
  }

  // ---- training ------------------------------------------------------------------------------

  /** Trains to the last step. */
  private LedgerState train() throws IOException, InterruptedException {
    listener.onPhase("training");
    return LearnerRestarts.run(
        this::trainFromCheckpoint, () -> checkpoint = checkpoints.latest(LOG::warn));
  }

  private LedgerState trainFromCheckpoint() throws IOException, InterruptedException {
    try (CausalLM reference = referenceModel();
        Optimizer optimizer = Optimizer.of(config.optimizer(), inputs.policy().namedParameters())) {
      GrpoTrainer trainer = trainer(reference, optimizer);
      LedgerState books = restore(trainer, optimizer);
      try (ActorsOfRun actors = new ActorsOfRun(inputs, seams)) {
        GrpoTraining training =
            new GrpoTraining(
                inputs, folder, listener, trainer, optimizer, actors.broadcast(), measures);
        if (checkpoint.isEmpty()) {
          training.checkpoint(books);
        }
        return actors.run(training, books);
      }
    }
  }

  private CausalLM referenceModel() {
    if (config.grpo().beta() == 0) {
      return null;
    }
    CausalLM reference = PretrainedModel.load(folder.startModel(), inputs.engine());
    reference.requiresGrad(false);
    return reference;
  }

  private GrpoTrainer trainer(CausalLM reference, Optimizer optimizer) {
    GrpoConfig grpo = config.grpo();
    return new GrpoTrainer(
        inputs.policy(),
        reference,
        grpo,
        optimizer,
        new LearningRateSchedule(
            config.schedule(),
            config.optimizer().learningRate(),
            (long) config.steps() * grpo.numIterations()));
  }

  private LedgerState restore(GrpoTrainer trainer, Optimizer optimizer) {
    if (checkpoint.isEmpty()) {
      return LedgerState.empty();
    }
    RunCheckpoint from = checkpoint.get();
    try (CausalLM saved = from.loadPolicy(inputs.engine())) {
      saved.copyTo(inputs.policy());
    }
    from.restore(optimizer);
    trainer.resume(from.state().progress());
    measures.restore(from.state());
    folder.truncateAfter(from.state().progress().step());
    return RunMeasures.ledger(from.state());
  }
}
