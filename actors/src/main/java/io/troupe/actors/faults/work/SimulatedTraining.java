package io.troupe.actors.faults.work;

import io.troupe.actors.cluster.learner.TrainingWork;
import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.faults.plan.Scenario;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Trains the model of a learner in virtual time. Rollout nodes receive the number that stands for
 * the weights, from which they sample as a {@link HashModel} does.
 */
public final class SimulatedTraining implements TrainingWork {
  private static final Duration MAX_LOADING = Duration.ofMillis(200);
  private static final Duration MAX_COPYING = Duration.ofMillis(5);
  private static final Duration MAX_SHARD = Duration.ofMillis(200);
  private static final Duration MAX_UPDATE = Duration.ofMillis(20);
  private static final int STEPS_PER_CHECKPOINT = 4;

  private final SimulatedProcess process;
  private final Dice dice;
  private final Scenario scenario;
  private final LearnerModel model;
  private final LearnerFiles files;
  private final TrainingObserver observer;
  private final WorkThread thread;
  private long step;
  private int iteration;
  private long beginChecksum;
  private List<ScoredGroup> batch = List.of();
  private int generation; // grows with each restore, which ends all work before it

  /**
   * Training of a node.
   *
   * @param model the model at the start of the run
   * @param files its run directory
   */
  public SimulatedTraining(
      SimulatedProcess process,
      Dice dice,
      Scenario scenario,
      LearnerModel model,
      LearnerFiles files,
      TrainingObserver observer) {
    this.process = process;
    this.dice = dice;
    this.scenario = scenario;
    this.model = model;
    this.files = files;
    this.observer = observer;
    this.thread = new WorkThread(process);
  }

  @Override
  public int numShards() {
    return scenario.gradientShards();
  }

  @Override
  public int numIterations() {
    return scenario.numIterations();
  }

  private void work(Duration max, Runnable task) {
    int begun = generation;
    thread.work(
        dice.between(Duration.ZERO, max),
        () -> {
          if (begun == generation) {
            task.run();
          }
        });
  }

  private long checksum() {
    return HashModel.checksum(model.weights());
  }

  // ---- state ---------------------------------------------------------------------------------

  @Override
  public void restore(Consumer<Outcome<Position>> done) {
    Optional<TrainingState> newest = files.newest();
    if (newest.isPresent()) {
      restore(newest.get(), done);
    } else {
      work(MAX_LOADING, () -> done.accept(Outcome.done(new Position(0, checksum(), 0))));
    }
  }

  @Override
  public void restore(TrainingState state, Consumer<Outcome<Position>> done) {
    generation++;
    work(
        MAX_LOADING,
        () -> {
          model.load(state.data());
          step = state.step();
          batch = List.of();
          done.accept(
              checksum() == state.checksum()
                  ? Outcome.done(new Position(step, state.checksum(), state.nextRecord()))
                  : Outcome.failed("the state does not match its checksum"));
        });
  }

  @Override
  public void snapshot(long nextRecord, Consumer<Outcome<TrainingState>> done) {
    work(MAX_COPYING, () -> done.accept(Outcome.done(state(nextRecord))));
  }

  private TrainingState state(long nextRecord) {
    return new TrainingState(step, checksum(), nextRecord, model.state());
  }

  @Override
  public void weights(Consumer<Outcome<WeightsVersion>> done) {
    work(
        MAX_COPYING,
        () ->
            done.accept(
                Outcome.done(
                    new WeightsVersion(step, checksum(), HashLearner.payload(model.weights())))));
  }

  // ---- a step --------------------------------------------------------------------------------

  @Override
  public void begin(long newStep, List<ScoredGroup> groups) {
    if (newStep != step + 1) {
      throw new IllegalStateException("step %d must follow step %d".formatted(newStep, step));
    }
    batch = List.copyOf(groups);
    iteration = 0;
    beginChecksum = checksum();
    model.begin(batch);
  }

  @Override
  public void compute(ShardRange shards, boolean isShared, Consumer<Outcome<ShardGradient>> part) {
    int numParts = model.numParts(shards);
    for (int i = 0; i < numParts; i++) {
      int number = i;
      work(
          MAX_SHARD,
          () ->
              part.accept(
                  Outcome.done(
                      new ShardGradient(
                          step + 1,
                          iteration,
                          beginChecksum,
                          shards,
                          number,
                          numParts,
                          model.gradient(shards, number)))));
    }
  }

  @Override
  public boolean provide(ShardGradient gradient) {
    return model.provide(gradient);
  }

  @Override
  public void update(Consumer<Outcome<Integer>> done) {
    work(
        MAX_UPDATE,
        () -> {
          model.update();
          iteration++;
          done.accept(Outcome.done(iteration));
        });
  }

  @Override
  public void finish(Consumer<Outcome<Result>> done) {
    work(
        MAX_COPYING,
        () -> {
          model.finish();
          step++;
          observer.trained(process.name(), step, batch, model.weights());
          int scored = numScored();
          batch = List.of();
          done.accept(Outcome.done(new Result(checksum(), scored, Map.of("loss", 1.0 / step))));
        });
  }

  private int numScored() {
    int scored = 0;
    for (ScoredGroup group : batch) {
      for (Score score : group.scores()) {
        scored += score instanceof Score.Scored ? 1 : 0;
      }
    }
    return scored;
  }

  // ---- the files of the run ------------------------------------------------------------------

  @Override
  public void record(
      long recordedStep,
      long nextRecord,
      Map<String, Double> metrics,
      Consumer<Outcome<Boolean>> done) {
    work(
        MAX_UPDATE,
        () -> {
          files.record(recordedStep, checksum());
          boolean due = recordedStep % STEPS_PER_CHECKPOINT == 0;
          if (due) {
            files.save(state(nextRecord));
          }
          done.accept(Outcome.done(due));
        });
  }

  @Override
  public void end(long lastStep, long nextRecord, Consumer<Outcome<Map<String, Double>>> done) {
    work(
        MAX_UPDATE,
        () -> {
          files.save(state(nextRecord));
          if (lastStep == scenario.steps()) {
            files.saveFinalModel(model.weights());
          }
          done.accept(Outcome.done(Map.of("accuracy", 1.0)));
        });
  }
}
