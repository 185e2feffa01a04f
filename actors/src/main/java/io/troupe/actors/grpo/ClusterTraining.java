package io.troupe.actors.grpo;

import io.troupe.actors.cluster.content.PartSender;
import io.troupe.actors.cluster.content.ReceivedSums;
import io.troupe.actors.cluster.content.StateBytes;
import io.troupe.actors.cluster.content.SumParts;
import io.troupe.actors.cluster.content.WeightBytes;
import io.troupe.actors.cluster.learner.TrainingWork;
import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.actors.learner.LearnerThread;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.grpo.ShardedStep;
import io.troupe.training.grpo.StepMetrics;
import io.troupe.training.shard.GradientLayout;
import io.troupe.training.shard.ShardDifferenceException;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardSum;
import io.troupe.training.state.WeightChecksum;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the policy of a learner of a cluster, on a thread of its own. The caller must close it
 * before the inputs.
 */
public final class ClusterTraining implements TrainingWork {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterTraining.class);

  private final GrpoInputs inputs;
  private final RunFiles files;
  private final Executor core;
  private final SumParts parts;
  private final ReceivedSums received; // of the core
  private final LearnerThread thread = new LearnerThread();

  // all of the thread
  private PolicyTrainer trained;
  private ShardedStep step;
  private ShardDifferenceException difference; // two learners computed different bits
  private List<ScoredGroup> groups;
  private StepMetrics metrics;
  private long weightChecksum;
  private long stepStartNs;
  private long stepEndNs = System.nanoTime();
  private Map<String, Double> times = Map.of(); // of the last step
  private double waitSeconds;
  private double trainSeconds;
  private long computedNs; // end of the last backward pass
  private double gradientWaitSeconds; // from there to the update

  /**
   * A learner's work.
   *
   * @param files what it reads and writes
   * @param core runs completions
   */
  public ClusterTraining(GrpoInputs inputs, RunFiles files, Executor core) {
    this.inputs = inputs;
    this.files = files;
    this.core = core;
    this.parts = new SumParts(new GradientLayout(inputs.policy().namedParameters().values()));
    this.received = new ReceivedSums(parts);
  }

  @Override
  public int numShards() {
    return inputs.config().grpo().gradientShards();
  }

  @Override
  public int numIterations() {
    return inputs.config().grpo().numIterations();
  }

  // ---- state ---------------------------------------------------------------------------------

  @Override
  public void restore(Consumer<Outcome<Position>> done) {
    work("restoring the newest state", done, this::restoreNewest);
  }

  private Position restoreNewest() throws IOException, InterruptedException {
    long nextRecord = 0;
    var saved = files.newest();
    if (saved.isEmpty()) {
      begin();
    }
    open();
    if (saved.isPresent()) {
      trained.restore(saved.get());
      nextRecord = LogPosition.read(saved.get().path()).nextRecord();
    }
    return positionAt(nextRecord);
  }

  private void begin() throws IOException, InterruptedException {
    if (inputs.config().warmStart().steps() > 0) {
      try (WarmStart warmStart = new WarmStart(inputs, files.listener())) {
        while (!warmStart.isDone()) {
          warmStart.report(warmStart.step());
        }
      }
    }
    PretrainedModel.save(inputs.policy(), files.startModel());
    inputs.tokenizer().save(files.startModel());
    files.begin();
  }

  private void open() {
    if (trained == null) {
      trained = new PolicyTrainer(inputs, files.startModel());
    }
  }

  private Position positionAt(long nextRecord) {
    weightChecksum = WeightChecksum.of(inputs.policy().namedParameters().values());
    return new Position(trained.trainer().policyVersion(), weightChecksum, nextRecord);
  }

  @Override
  public void restore(TrainingState peer, Consumer<Outcome<Position>> done) {
    received.close();
    work(
        "taking over the state of step " + peer.step(),
        done,
        () -> {
          abandonStep();
          StateBytes.restore(peer.data(), trained.shapes(), trained.trainer());
          Position position = positionAt(peer.nextRecord());
          if (position.step() != peer.step() || position.checksum() != peer.checksum()) {
            throw new IllegalStateException(
                "the state must be that of step %d with checksum %08x, got step %d with %08x"
                    .formatted(peer.step(), peer.checksum(), position.step(), position.checksum()));
          }
          files.skipTo(trained.trainer().progress());
          return position;
        });
  }

  private void abandonStep() {
    if (step != null) {
      step.close();
      step = null;
    }
  }

  @Override
  public void snapshot(long nextRecord, Consumer<Outcome<TrainingState>> done) {
    work(
        "copying the state",
        done,
        () ->
            new TrainingState(
                trained.trainer().policyVersion(),
                weightChecksum,
                nextRecord,
                StateBytes.copy(trained.trainer())));
  }

  @Override
  public void weights(Consumer<Outcome<WeightsVersion>> done) {
    work(
        "copying the weights",
        done,
        () ->
            new WeightsVersion(
                trained.trainer().policyVersion(),
                weightChecksum,
                WeightBytes.copy(inputs.policy())));
  }

  // ---- a step --------------------------------------------------------------------------------

  @Override
  public void begin(long number, List<ScoredGroup> batch) {
    received.close();
    thread.submit(
        () -> {
          abandonStep();
          groups = batch;
          stepStartNs = System.nanoTime();
          waitSeconds = seconds(stepEndNs, stepStartNs);
          computedNs = stepStartNs;
          gradientWaitSeconds = 0;
          step = trained.trainer().begin(batch);
          return null;
        });
  }

  @Override
  public void compute(ShardRange shards, boolean isShared, Consumer<Outcome<ShardGradient>> part) {
    work(
        "computing the gradient of shards " + shards,
        part,
        () -> isShared ? computeShared(shards, part) : computeAlone(shards));
  }

  /** Passes on parts of the gradient during the last backward pass, and returns the last part. */
  private ShardGradient computeShared(ShardRange shards, Consumer<Outcome<ShardGradient>> part) {
    PartSender sender =
        new PartSender(
            parts,
            (number, numParts, data) -> {
              ShardGradient next = gradient(shards, number, numParts, data);
              core.execute(() -> part.accept(Outcome.done(next)));
            });
    ShardSum sum = step.compute(shards, sender);
    computedNs = System.nanoTime();
    int last = parts.numParts(sum) - 1;
    return gradient(shards, last, last + 1, parts.copy(sum, last));
  }

  private ShardGradient computeAlone(ShardRange shards) {
    step.compute(shards);
    computedNs = System.nanoTime();
    return gradient(shards, 0, 1, Payload.of(new byte[0]));
  }

  private ShardGradient gradient(ShardRange shards, int part, int numParts, Payload data) {
    return new ShardGradient(
        trained.trainer().policyVersion() + 1,
        step.iteration(),
        weightChecksum,
        shards,
        part,
        numParts,
        data);
  }

  /** Copies the part at once: the thread may be in a backward pass. */
  @Override
  public boolean provide(ShardGradient gradient) {
    if (!received.fits(gradient)) {
      return false;
    }
    received
        .add(gradient)
        .ifPresent(
            sum ->
                thread.submit(
                    () -> {
                      take(sum);
                      return null;
                    }));
    return true;
  }

  /** A sum that the batch rejects stays missing, and the update computes it. */
  private void take(ShardSum sum) {
    try {
      step.provide(sum);
    } catch (ShardDifferenceException e) {
      difference = e;
    } catch (IllegalArgumentException e) {
      LOG.warn("a gradient of another learner is ignored: {}", e.getMessage());
    }
  }

  @Override
  public void update(Consumer<Outcome<Integer>> done) {
    received.close(); // what has not arrived is computed
    work(
        "the optimizer step",
        done,
        () -> {
          gradientWaitSeconds += seconds(computedNs, System.nanoTime());
          if (difference != null) {
            throw difference;
          }
          for (var missing : step.missing()) {
            step.compute(missing);
          }
          step.finishIteration();
          return step.iteration();
        });
  }

  @Override
  public void finish(Consumer<Outcome<Result>> done) {
    work(
        "finishing the step",
        done,
        () -> {
          metrics = step.finish();
          step = null;
          weightChecksum = WeightChecksum.of(inputs.policy().namedParameters().values());
          trainSeconds = seconds(stepStartNs, System.nanoTime());
          Map<String, Double> values = new LinkedHashMap<>(metrics.values());
          times = times();
          values.putAll(times);
          return new Result(weightChecksum, metrics.samplesTrained(), values);
        });
  }

  private static double seconds(long fromNs, long toNs) {
    return (toNs - fromNs) / 1e9;
  }

  /** Also notes the end of the step. */
  private Map<String, Double> times() {
    long nowNs = System.nanoTime();
    double stepTime = seconds(stepEndNs, nowNs);
    stepEndNs = nowNs;
    Map<String, Double> times = new LinkedHashMap<>();
    times.put("step_time", stepTime);
    times.put("tokens_per_second", StepRecords.numTokens(groups) / stepTime);
    times.put("time/wait_for_samples", waitSeconds);
    times.put("time/train", trainSeconds);
    times.put("time/wait_for_gradients", gradientWaitSeconds);
    return times;
  }

  // ---- the files of the run ------------------------------------------------------------------

  @Override
  public void record(
      long number, long nextRecord, Map<String, Double> more, Consumer<Outcome<Boolean>> done) {
    work(
        "recording step " + number,
        done,
        () -> {
          Map<String, Double> figures = new LinkedHashMap<>(times);
          figures.putAll(more);
          boolean saved = files.record(number, nextRecord, groups, metrics, figures, trained);
          stepEndNs = System.nanoTime();
          return saved;
        });
  }

  @Override
  public void end(long number, long nextRecord, Consumer<Outcome<Map<String, Double>>> done) {
    work("ending the run", done, () -> files.end(number, nextRecord, trained));
  }

  // ---- the thread ----------------------------------------------------------------------------

  private <T> void work(String what, Consumer<Outcome<T>> done, Callable<T> work) {
    thread
        .submit(work)
        .whenComplete(
            (result, failure) ->
                core.execute(
                    () ->
                        done.accept(
                            failure == null
                                ? Outcome.done(result)
                                : Outcome.failed(what + ": " + reason(failure)))));
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    String message = cause.getMessage();
    return message == null ? cause.toString() : message.lines().findFirst().orElse("");
  }

  /**
   * Ends the thread and frees the optimizer.
   *
   * @return whether it has ended; if not, the memory of the inputs must not be freed
   */
  public boolean close(Duration limit) {
    received.close();
    if (!thread.end(limit)) {
      return false;
    }
    abandonStep();
    if (trained != null) {
      trained.close();
      trained = null;
    }
    return true;
  }
}
