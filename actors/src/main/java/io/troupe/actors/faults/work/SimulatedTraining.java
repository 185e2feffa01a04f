package io.troupe.actors.faults.work;

import io.troupe.actors.cluster.learner.TrainingWork;
import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.actors.faults.plan.Scenario;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardTree;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Trains the {@link HashModel}: the new weights are a hash of the tree of gradients. */
public final class SimulatedTraining implements TrainingWork {
  private static final Duration MAX_LOADING = Duration.ofMillis(200);
  private static final Duration MAX_COPYING = Duration.ofMillis(5);
  private static final Duration MAX_SHARD = Duration.ofMillis(200);
  private static final Duration MAX_UPDATE = Duration.ofMillis(20);
  private static final int STEPS_PER_CHECKPOINT = 4;

  private final SimulatedProcess process;
  private final Dice dice;
  private final Scenario scenario;
  private final LearnerFiles files;
  private final TrainingObserver observer;
  private final WorkThread thread;
  private final Map<ShardRange, Long[]> gradients = new HashMap<>();
  private HashTraining state;
  private long step;
  private long beginChecksum;
  private int iteration;
  private List<ScoredGroup> batch = List.of();
  private int generation; // grows with each restore, which ends all work before it

  /**
   * Training of a node.
   *
   * @param files its run directory
   */
  public SimulatedTraining(
      SimulatedProcess process,
      Dice dice,
      Scenario scenario,
      LearnerFiles files,
      TrainingObserver observer) {
    this.process = process;
    this.dice = dice;
    this.scenario = scenario;
    this.files = files;
    this.observer = observer;
    this.thread = new WorkThread(process);
    this.state = HashTraining.start(scenario);
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

  // ---- state ---------------------------------------------------------------------------------

  @Override
  public void restore(Consumer<Outcome<Position>> done) {
    generation++;
    work(
        MAX_LOADING,
        () -> {
          LearnerFiles.Checkpoint start =
              files
                  .newest()
                  .orElseGet(
                      () -> {
                        HashTraining initial = HashTraining.start(scenario);
                        return new LearnerFiles.Checkpoint(
                            new Position(0, checksum(initial), 0), initial);
                      });
          load(start.position().step(), start.state());
          done.accept(Outcome.done(start.position()));
        });
  }

  @Override
  public void restore(TrainingState copy, Consumer<Outcome<Position>> done) {
    generation++;
    work(
        MAX_LOADING,
        () -> {
          ByteBuffer data = copy.data().parts().getFirst();
          long newWeights = data.getLong();
          if (HashModel.checksum(newWeights) != copy.checksum()) {
            done.accept(Outcome.failed("the state does not match its checksum"));
            return;
          }
          load(copy.step(), new HashTraining(scenario, newWeights, data.getLong()));
          done.accept(Outcome.done(new Position(copy.step(), copy.checksum(), copy.nextRecord())));
        });
  }

  private void load(long newStep, HashTraining newState) {
    step = newStep;
    state = newState;
    batch = List.of();
    gradients.clear();
  }

  @Override
  public void snapshot(long nextRecord, Consumer<Outcome<TrainingState>> done) {
    work(
        MAX_COPYING,
        () ->
            done.accept(
                Outcome.done(
                    new TrainingState(
                        step,
                        checksum(state),
                        nextRecord,
                        payload(state.weights(), state.updates())))));
  }

  @Override
  public void weights(Consumer<Outcome<WeightsVersion>> done) {
    work(
        MAX_COPYING,
        () ->
            done.accept(
                Outcome.done(new WeightsVersion(step, checksum(state), payload(state.weights())))));
  }

  private static long checksum(HashTraining state) {
    return HashModel.checksum(state.weights());
  }

  private static Payload payload(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return Payload.of(bytes.array());
  }

  // ---- a step --------------------------------------------------------------------------------

  @Override
  public void begin(long newStep, List<ScoredGroup> groups) {
    if (newStep != step + 1) {
      throw new IllegalStateException("step %d must follow step %d".formatted(newStep, step));
    }
    batch = List.copyOf(groups);
    iteration = 0;
    beginChecksum = checksum(state);
    gradients.clear();
  }

  @Override
  public void compute(ShardRange shards, Consumer<Outcome<ShardGradient>> part) {
    int current = iteration;
    for (int i = 0; i < HashTraining.NUM_PARTS; i++) {
      int number = i;
      work(
          MAX_SHARD,
          () -> {
            long sum = state.gradient(batch, current, shards, number);
            put(shards, number, sum);
            part.accept(
                Outcome.done(
                    new ShardGradient(
                        step + 1,
                        current,
                        beginChecksum,
                        shards,
                        number,
                        HashTraining.NUM_PARTS,
                        payload(sum))));
          });
    }
  }

  private void put(ShardRange shards, int part, long sum) {
    gradients.computeIfAbsent(shards, _ -> new Long[HashTraining.NUM_PARTS])[part] = sum;
  }

  @Override
  public boolean provide(ShardGradient gradient) {
    if (gradient.numParts() != HashTraining.NUM_PARTS
        || gradient.data().sizeBytes() != Long.BYTES) {
      return false;
    }
    put(gradient.shards(), gradient.part(), gradient.data().parts().getFirst().getLong());
    return true;
  }

  @Override
  public void update(Consumer<Outcome<Integer>> done) {
    work(
        MAX_UPDATE,
        () -> {
          long[] gradient = new long[HashTraining.NUM_PARTS];
          for (int part = 0; part < gradient.length; part++) {
            gradient[part] = gathered(state.all(), part);
          }
          state = state.update(gradient);
          iteration++;
          gradients.clear();
          done.accept(Outcome.done(iteration));
        });
  }

  private long gathered(ShardRange shards, int part) {
    Long[] known = gradients.get(shards);
    if (known != null && known[part] != null) {
      return known[part];
    }
    if (shards.count() == 1) {
      throw new IllegalStateException("shard %d is missing in an update".formatted(shards.first()));
    }
    return HashModel.sum(
        gathered(ShardTree.left(shards), part), gathered(ShardTree.right(shards), part));
  }

  @Override
  public void finish(Consumer<Outcome<Result>> done) {
    work(
        MAX_COPYING,
        () -> {
          step++;
          observer.trained(process.name(), step, batch, state.weights());
          int scored = 0;
          for (ScoredGroup group : batch) {
            for (Score score : group.scores()) {
              scored += score instanceof Score.Scored ? 1 : 0;
            }
          }
          batch = List.of();
          done.accept(
              Outcome.done(new Result(checksum(state), scored, Map.of("loss", 1.0 / step))));
        });
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
          files.record(recordedStep, checksum(state));
          boolean due = recordedStep % STEPS_PER_CHECKPOINT == 0;
          if (due) {
            save(nextRecord);
          }
          done.accept(Outcome.done(due));
        });
  }

  private void save(long nextRecord) {
    files.save(new LearnerFiles.Checkpoint(new Position(step, checksum(state), nextRecord), state));
  }

  @Override
  public void end(long lastStep, long nextRecord, Consumer<Outcome<Map<String, Double>>> done) {
    work(
        MAX_UPDATE,
        () -> {
          save(nextRecord);
          if (lastStep == scenario.steps()) {
            files.saveFinalModel(state.weights());
          }
          done.accept(Outcome.done(Map.of("accuracy", 1.0)));
        });
  }
}
