package io.troupe.actors.grpo;

import io.troupe.actors.cluster.coordinator.LedgerFigures;
import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.run.ResidentMemory;
import io.troupe.actors.run.RunContext;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunListener;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.checkpoint.Checkpoints;
import io.troupe.training.grpo.GrpoTrainer.Progress;
import io.troupe.training.grpo.StepMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a clustered run that a learner reads and writes: checkpoints, metrics, samples,
 * evaluations and the trained model. Used by the learner's thread.
 */
public final class RunFiles {
  private static final Logger LOG = LoggerFactory.getLogger(RunFiles.class);

  private final GrpoInputs inputs;
  private final RunContext context;
  private final RunDirectory directory;
  private final boolean keepsRun;
  private final Checkpoints checkpoints;
  private final Evaluation evaluation;
  private final StepRecords records;
  private GrpoState state;
  private long recordedStep;
  private long savedStep;
  private Map<String, Double> figures = Map.of(); // of the last step

  /**
   * The files of a learner.
   *
   * @param context of its directory
   * @param keepsRun whether the directory is that of the run, so that the policy is evaluated
   *     before the first step
   */
  public RunFiles(GrpoInputs inputs, RunContext context, boolean keepsRun) {
    this.inputs = inputs;
    this.context = context;
    this.directory = context.directory();
    this.keepsRun = keepsRun;
    this.checkpoints = GrpoCheckpoint.in(directory.checkpoints());
    this.evaluation = new Evaluation(inputs);
    this.records = new StepRecords(inputs, context);
  }

  /** Whether the directory is that of the run. */
  public boolean keepsRun() {
    return keepsRun;
  }

  RunListener listener() {
    return context.listener();
  }

  Path startModel() {
    return directory.startModel();
  }

  /** The newest checkpoint, from which the files continue. */
  Optional<GrpoCheckpoint> newest() {
    Optional<GrpoCheckpoint> saved = GrpoCheckpoint.latest(checkpoints, LOG::warn);
    saved.ifPresent(checkpoint -> continueFrom(checkpoint.state()));
    savedStep = recordedStep;
    return saved;
  }

  private void continueFrom(GrpoState newState) {
    state = newState;
    recordedStep = state.step();
    context.clock().resumeFrom(state.wallSeconds());
    directory.truncateAfter(recordedStep);
  }

  /** A new run, whose policy is at the start. */
  void begin() throws InterruptedException {
    double accuracy = keepsRun ? evaluate(0) : Double.NaN;
    continueFrom(
        GrpoState.start(PolicyTrainer.referenceName(inputs.config(), directory), accuracy));
    savedStep = -1;
    context.listener().onEvent(new RunEvent.PhaseStarted("training"));
  }

  private double evaluate(long step) throws InterruptedException {
    if (!evaluation.isPossible()) {
      return Double.NaN;
    }
    context.listener().onEvent(new RunEvent.PhaseStarted("evaluation"));
    EvaluationResult result = evaluation.run(step);
    context.listener().onEvent(result.toEvent());
    return result.accuracy();
  }

  /** Another learner has recorded the steps up to here. */
  void skipTo(Progress progress) {
    continueFrom(state.with(ledger(progress.step()), context.clock().seconds()));
  }

  /** The ledger after a step, from the figures of the coordinator. */
  private Ledger ledger(long step) {
    LedgerFigures counts = LedgerFigures.read(figures);
    long trained = step * inputs.config().groupsPerStep();
    return new Ledger(
        step,
        trained + counts.groupsDropped(),
        trained,
        byReason(counts.groupsDropped()),
        counts.samplesTrained(),
        byReason(counts.samplesUnscorable()),
        counts.tokensGenerated(),
        0,
        List.of(),
        List.of(),
        List.of());
  }

  /** The log knows the reasons. */
  private static Map<String, Long> byReason(long count) {
    return count == 0 ? Map.of() : Map.of("see troupe log", count);
  }

  /**
   * Records a step, unless it is recorded, and does what is due after it.
   *
   * @param nextRecord of the log, for a checkpoint
   * @param more figures of the step
   * @return whether a checkpoint was saved
   */
  boolean record(
      long step,
      long nextRecord,
      List<ScoredGroup> groups,
      StepMetrics metrics,
      Map<String, Double> more,
      PolicyTrainer trained)
      throws IOException, InterruptedException {
    figures = more;
    if (step > recordedStep) {
      if (records.isEvaluationDue(step)) {
        records.evaluate(step);
      }
      records.write(step, groups, metrics.values(), more);
      state =
          state
              .afterStep(
                  trained.trainer().progress().numTokens(),
                  more.getOrDefault("step_time", 0.0),
                  metrics.values().get("logprob_gap_max"))
              .with(ledger(step), context.clock().seconds());
      recordedStep = step;
    }
    return records.isCheckpointDue(step) && save(step, nextRecord, trained);
  }

  private boolean save(long step, long nextRecord, PolicyTrainer trained) throws IOException {
    if (savedStep == step) {
      return false;
    }
    GrpoCheckpoint.save(
        checkpoints,
        inputs.policy(),
        trained.optimizer(),
        state.with(ledger(step), context.clock().seconds()),
        new LogPosition(nextRecord)::write);
    directory.exportSamples(step);
    savedStep = step;
    return true;
  }

  /**
   * Saves a checkpoint; after the last step of the run evaluates the policy and saves it, with the
   * summary.
   *
   * @return the figures of the summary
   */
  Map<String, Double> end(long step, long nextRecord, PolicyTrainer trained)
      throws IOException, InterruptedException {
    save(step, nextRecord, trained);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("steps", (double) step);
    if (step < inputs.config().steps()) {
      return figures;
    }
    double accuracy = evaluate(step);
    PretrainedModel.save(inputs.policy(), directory.finalModel());
    inputs.tokenizer().save(directory.finalModel());
    GrpoSummary summary =
        new GrpoSummary(
            state.with(ledger(step), context.clock().seconds()),
            accuracy,
            inputs.promptsSkipped(),
            inputs.heldOutSkipped(),
            ResidentMemory.peakBytes());
    directory.writeSummary(summary.toMap());
    context.listener().onEvent(new RunEvent.Finished(summary));
    figures.put("accuracy_before", summary.accuracyBefore());
    figures.put("accuracy_after", accuracy);
    figures.values().removeIf(value -> !Double.isFinite(value));
    return figures;
  }
}
