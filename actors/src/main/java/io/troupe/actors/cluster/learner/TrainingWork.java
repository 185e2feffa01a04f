package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Trains the policy, step by step. A step is {@link #begin}, then for each iteration {@link
 * #compute} and {@link #provide} until every shard is there and {@link #update}, then {@link
 * #finish}.
 *
 * <p>Calls return at once; the work is done in the order of the calls. A completion runs on the
 * thread of the core, after the call that started the work has returned. A failure of a step is
 * final: nothing but {@link #restore(TrainingState, Consumer)} follows.
 */
public interface TrainingWork {

  /**
   * A position in the run.
   *
   * @param step steps trained
   * @param checksum of the weights
   * @param nextRecord index of the record of the log that follows; 0 at the start
   */
  record Position(long step, long checksum, long nextRecord) {}

  /**
   * A trained step.
   *
   * @param checksum of the new weights; equal on every learner
   * @param samplesTrained completions of the batch that had a score
   * @param metrics of the step
   */
  record Result(long checksum, int samplesTrained, Map<String, Double> metrics) {}

  /** Number of shards of a batch, at least 1; a setting of the run. */
  int numShards();

  /** Optimizer steps per batch, at least 1; a setting of the run. */
  int numIterations();

  // ---- state ---------------------------------------------------------------------------------

  /** Loads the newest checkpoint of this learner, or the model at the start of the run. */
  void restore(Consumer<Outcome<Position>> done);

  /** Replaces the whole state by that of another learner; also in the middle of a step. */
  void restore(TrainingState state, Consumer<Outcome<Position>> done);

  /**
   * Copies the whole state. Between two steps only.
   *
   * @param nextRecord becomes part of the position
   */
  void snapshot(long nextRecord, Consumer<Outcome<TrainingState>> done);

  /** Copies the weights of the current version for other nodes. Between two steps only. */
  void weights(Consumer<Outcome<WeightsVersion>> done);

  // ---- a step --------------------------------------------------------------------------------

  /**
   * Begins a step on a batch.
   *
   * @param step from 1
   * @param groups in order
   */
  void begin(long step, List<ScoredGroup> groups);

  /**
   * Computes the gradient of a node of the tree over the shards, in the current iteration.
   *
   * @param isShared whether other learners need it; otherwise only the last part is passed on, with
   *     undefined content
   * @param part receives each part, in order, as soon as it is complete; all of them have been
   *     received once the one with the number {@code numParts - 1} has, or a failure
   */
  void compute(ShardRange shards, boolean isShared, Consumer<Outcome<ShardGradient>> part);

  /**
   * Adds a part of a gradient that another learner computed in the current iteration. The core
   * provides each part of each node of the tree at most once, and none that it computes.
   *
   * @return whether the size matches the model; if not, it has no effect
   */
  boolean provide(ShardGradient gradient);

  /**
   * Sums the shards and makes the optimizer step of the iteration. Every shard is computed or
   * provided. The next iteration begins.
   */
  void update(Consumer<Outcome<Integer>> done);

  /** Ends the step after its last iteration. */
  void finish(Consumer<Outcome<Result>> done);

  // ---- the files of the run, written by the primary learner ----------------------------------

  /**
   * Does what is due after a committed step: evaluates, writes metrics and samples, saves a
   * checkpoint. A step that is recorded already is not recorded again.
   *
   * @param step the last one that was trained
   * @param nextRecord index of the record that follows, for a checkpoint
   * @param metrics additional ones, of the coordinator
   * @param done receives whether a checkpoint was saved
   */
  void record(
      long step, long nextRecord, Map<String, Double> metrics, Consumer<Outcome<Boolean>> done);

  /**
   * Ends the run after a step: the final evaluation and model after the last step of the run, a
   * checkpoint after an earlier one.
   *
   * @param done receives the figures of the summary
   */
  void end(long step, long nextRecord, Consumer<Outcome<Map<String, Double>>> done);
}
