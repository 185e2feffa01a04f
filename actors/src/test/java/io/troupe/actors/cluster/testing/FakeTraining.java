package io.troupe.actors.cluster.testing;

import io.troupe.actors.cluster.learner.TrainingWork;
import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Trains by hashing, after a random time. Its files survive the process. */
public final class FakeTraining implements TrainingWork {
  public static final int NUM_SHARDS = 5;
  private static final int NUM_PARTS = 2;

  /** A run directory. */
  public static final class Files {
    public final Map<Long, Long> checksums = new HashMap<>(); // by step
    public final List<Long> recorded = new ArrayList<>();
    public Position checkpoint;
    public long checkpointWeights;
    public long finalWeights;
  }

  private final TestProcess process;
  private final Files files;
  private final int numIterations;
  private final int stepsPerCheckpoint;
  private final Map<ShardRange, Long> sums = new HashMap<>();
  private long step;
  private long weights;
  private long base;
  private int iteration;
  private List<ScoredGroup> groups = List.of();
  private long freeAtNs;
  private int generation;
  public int numComputed;

  public FakeTraining(TestProcess process, Files files, int numIterations, int stepsPerCheckpoint) {
    this.process = process;
    this.files = files;
    this.numIterations = numIterations;
    this.stepsPerCheckpoint = stepsPerCheckpoint;
  }

  /** One piece of work after the other, in order. */
  private void work(Runnable action) {
    int begun = generation;
    long start = Math.max(freeAtNs, process.environment().nanoTime());
    freeAtNs = start + 1_000_000 + process.random().nextInt(8_000_000);
    process.later(
        freeAtNs - process.environment().nanoTime(),
        0,
        () -> {
          if (begun == generation) {
            action.run();
          }
        });
  }

  static Payload payload(long value) {
    return Payload.of(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  @Override
  public int numShards() {
    return NUM_SHARDS;
  }

  @Override
  public int numIterations() {
    return numIterations;
  }

  @Override
  public void restore(Consumer<Outcome<Position>> done) {
    generation++;
    work(
        () -> {
          boolean isSaved = files.checkpoint != null;
          weights = isSaved ? files.checkpointWeights : HashPolicy.start();
          step = isSaved ? files.checkpoint.step() : 0;
          done.accept(Outcome.done(isSaved ? files.checkpoint : new Position(0, weights, 0)));
        });
  }

  @Override
  public void restore(TrainingState state, Consumer<Outcome<Position>> done) {
    generation++;
    work(
        () -> {
          weights = state.data().parts().getFirst().getLong();
          step = state.step();
          done.accept(Outcome.done(new Position(step, weights, state.nextRecord())));
        });
  }

  @Override
  public void snapshot(long nextRecord, Consumer<Outcome<TrainingState>> done) {
    work(
        () ->
            done.accept(
                Outcome.done(new TrainingState(step, weights, nextRecord, payload(weights)))));
  }

  @Override
  public void weights(Consumer<Outcome<WeightsVersion>> done) {
    work(() -> done.accept(Outcome.done(new WeightsVersion(step, weights, payload(weights)))));
  }

  @Override
  public void begin(long newStep, List<ScoredGroup> batch) {
    work(
        () -> {
          if (newStep != step + 1) {
            throw new AssertionError("step " + newStep + " after " + step);
          }
          groups = batch;
          base = weights;
          iteration = 0;
        });
    sums.clear();
  }

  @Override
  public void compute(ShardRange shards, boolean isShared, Consumer<Outcome<ShardGradient>> part) {
    for (int i = 0; i < NUM_PARTS; i++) {
      int number = i;
      work(
          () -> {
            long[] leaves = new long[NUM_SHARDS];
            for (int s = shards.first(); s < shards.end(); s++) {
              leaves[s] = HashPolicy.gradient(weights, iteration, s, groups);
            }
            long sum = HashPolicy.sum(leaves, shards.first(), shards.count());
            sums.put(shards, sum);
            numComputed++;
            part.accept(
                Outcome.done(
                    new ShardGradient(
                        step + 1, iteration, base, shards, number, NUM_PARTS, payload(sum))));
          });
    }
  }

  @Override
  public boolean provide(ShardGradient gradient) {
    if (gradient.data().sizeBytes() != 8) {
      return false;
    }
    sums.put(gradient.shards(), gradient.data().parts().getFirst().getLong());
    return true;
  }

  @Override
  public void update(Consumer<Outcome<Integer>> done) {
    work(
        () -> {
          weights = HashPolicy.mix(weights, gathered(0, NUM_SHARDS));
          sums.clear();
          iteration++;
          done.accept(Outcome.done(iteration));
        });
  }

  private long gathered(int first, int count) {
    Long known = sums.get(new ShardRange(first, count));
    if (known != null) {
      return known;
    }
    if (count == 1) {
      throw new AssertionError("shard " + first + " is missing");
    }
    int left = Integer.highestOneBit(count - 1);
    return HashPolicy.mix(gathered(first, left), gathered(first + left, count - left));
  }

  @Override
  public void finish(Consumer<Outcome<Result>> done) {
    work(
        () -> {
          step++;
          files.checksums.put(step, weights);
          done.accept(Outcome.done(new Result(weights, groups.size() * 2, Map.of("loss", 0.5))));
        });
  }

  @Override
  public void record(
      long ofStep, long nextRecord, Map<String, Double> metrics, Consumer<Outcome<Boolean>> done) {
    work(
        () -> {
          if (!files.recorded.contains(ofStep)) {
            files.recorded.add(ofStep);
          }
          boolean isDue = ofStep % stepsPerCheckpoint == 0;
          if (isDue) {
            save(nextRecord);
          }
          done.accept(Outcome.done(isDue));
        });
  }

  private void save(long nextRecord) {
    files.checkpoint = new Position(step, weights, nextRecord);
    files.checkpointWeights = weights;
  }

  @Override
  public void end(long ofStep, long nextRecord, Consumer<Outcome<Map<String, Double>>> done) {
    work(
        () -> {
          save(nextRecord);
          files.finalWeights = weights;
          done.accept(Outcome.done(Map.of("steps", (double) ofStep)));
        });
  }
}
