package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.protocol.BulkMessage.ShardGradient;
import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Training whose parts are completed on request; weights of step s have the checksum 100 + s. */
final class ScriptedTraining implements TrainingWork {
  final List<ShardRange> computing = new ArrayList<>();
  final List<ShardGradient> provided = new ArrayList<>();
  final List<Long> recorded = new ArrayList<>();
  final List<Map<String, Double>> recordedMetrics = new ArrayList<>();
  final List<Long> ended = new ArrayList<>();
  int numIterations = 1;
  int numUpdates;
  Position start = new Position(0, 100, 0);
  TrainingState restored;
  String failure = "";
  private final List<Consumer<Outcome<ShardGradient>>> parts = new ArrayList<>();
  private long step;
  private int iteration;

  static ShardGradient gradient(long step, int iteration, int first, int count) {
    return new ShardGradient(
        step, iteration, 99 + step, new ShardRange(first, count), 0, 1, Payload.of(new byte[] {1}));
  }

  /** Completes the shards that are being computed. */
  void complete() {
    ShardRange shards = computing.removeFirst();
    Consumer<Outcome<ShardGradient>> part = parts.removeFirst();
    part.accept(
        failure.isEmpty()
            ? Outcome.done(gradient(step + 1, iteration, shards.first(), shards.count()))
            : Outcome.failed(failure));
  }

  @Override
  public int numShards() {
    return 4;
  }

  @Override
  public int numIterations() {
    return numIterations;
  }

  @Override
  public void restore(Consumer<Outcome<Position>> done) {
    step = start.step();
    done.accept(Outcome.done(start));
  }

  @Override
  public void restore(TrainingState state, Consumer<Outcome<Position>> done) {
    restored = state;
    step = state.step();
    done.accept(Outcome.done(new Position(step, state.checksum(), state.nextRecord())));
  }

  @Override
  public void snapshot(long nextRecord, Consumer<Outcome<TrainingState>> done) {
    done.accept(
        Outcome.done(new TrainingState(step, 100 + step, nextRecord, Payload.of(new byte[] {1}))));
  }

  @Override
  public void weights(Consumer<Outcome<WeightsVersion>> done) {
    done.accept(Outcome.done(new WeightsVersion(step, 100 + step, Payload.of(new byte[] {1}))));
  }

  @Override
  public void begin(long newStep, List<ScoredGroup> groups) {
    iteration = 0;
  }

  @Override
  public void compute(ShardRange shards, boolean isShared, Consumer<Outcome<ShardGradient>> part) {
    computing.add(shards);
    parts.add(part);
  }

  @Override
  public boolean provide(ShardGradient gradient) {
    provided.add(gradient);
    return true;
  }

  @Override
  public void update(Consumer<Outcome<Integer>> done) {
    iteration++;
    numUpdates++;
    done.accept(Outcome.done(iteration));
  }

  @Override
  public void finish(Consumer<Outcome<Result>> done) {
    step++;
    done.accept(Outcome.done(new Result(100 + step, 4, Map.of())));
  }

  @Override
  public void record(
      long ofStep, long nextRecord, Map<String, Double> metrics, Consumer<Outcome<Boolean>> done) {
    recorded.add(ofStep);
    recordedMetrics.add(metrics);
    done.accept(Outcome.done(ofStep % 2 == 0));
  }

  @Override
  public void end(long ofStep, long nextRecord, Consumer<Outcome<Map<String, Double>>> done) {
    ended.add(ofStep);
    done.accept(Outcome.done(Map.of("accuracy", 1.0)));
  }
}
