package io.troupe.actors.faults.work;

import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.rollout.DecodingWork;
import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Decodes groups with the {@link HashModel}, one token of each sample at a time. */
public final class SimulatedDecoding implements DecodingWork {

  /** Observes the weights of rollout nodes. */
  @FunctionalInterface
  public interface WeightsObserver {
    /** A node has swapped in weights of a version. */
    void has(String node, long version, long weights);
  }

  private static final Duration MAX_SWAP = Duration.ofMillis(20);

  private final SimulatedProcess process;
  private final Dice dice;
  private final Witnesses witnesses;
  private final Duration maxTokenTime;
  private final WeightsObserver observer;
  private final Map<Long, Decoding> running = new HashMap<>();
  private double failing;
  private long version = -1;
  private long weights;

  /**
   * Decoding of a node.
   *
   * @param maxTokenTime maximum time of a forward pass
   */
  public SimulatedDecoding(
      SimulatedProcess process,
      Dice dice,
      Witnesses witnesses,
      Duration maxTokenTime,
      WeightsObserver observer) {
    this.process = process;
    this.dice = dice;
    this.witnesses = witnesses;
    this.maxTokenTime = maxTokenTime;
    this.observer = observer;
  }

  /** From now on a group fails with this probability. */
  public void failWith(double probability) {
    failing = probability;
  }

  @Override
  public void decode(GroupSpec group, Consumer<Outcome<SampledGroup>> done) {
    if (version < 0) {
      throw new IllegalStateException("group " + group.groupId() + " is decoded before weights");
    }
    if (running.containsKey(group.groupId())) {
      throw new IllegalStateException("group " + group.groupId() + " is decoded twice at a time");
    }
    Decoding decoding = new Decoding(group, done);
    running.put(group.groupId(), decoding);
    decoding.continueLater();
  }

  @Override
  public void cancel(long groupId) {
    Decoding decoding = running.remove(groupId);
    if (decoding != null) {
      decoding.timer.cancel();
    }
  }

  @Override
  public void swap(WeightsVersion newWeights, Consumer<Outcome<Long>> done) {
    process.after(
        dice.between(Duration.ZERO, MAX_SWAP),
        () -> {
          long content = newWeights.data().parts().getFirst().getLong();
          if (HashModel.checksum(content) != newWeights.checksum()) {
            done.accept(Outcome.failed("weights do not match their checksum"));
            return;
          }
          version = newWeights.version();
          weights = content;
          observer.has(process.name(), version, content);
          done.accept(Outcome.done(version));
        });
  }

  private final class Decoding {
    private final GroupSpec group;
    private final Consumer<Outcome<SampledGroup>> done;
    private final List<List<Token>> samples = new ArrayList<>();
    private final boolean fails = dice.chance(failing);
    private SimulatedProcess.ProcessTimer timer;

    Decoding(GroupSpec group, Consumer<Outcome<SampledGroup>> done) {
      this.group = group;
      this.done = done;
      for (int i = 0; i < group.numGenerations(); i++) {
        samples.add(new ArrayList<>());
      }
    }

    void continueLater() {
      timer = process.after(dice.between(Duration.ZERO, maxTokenTime), this::addTokens);
    }

    private void addTokens() {
      boolean complete = true;
      for (int i = 0; i < samples.size(); i++) {
        List<Token> sample = samples.get(i);
        if (!isComplete(sample)) {
          int token = HashModel.token(group, i, sample.size(), weights);
          sample.add(new Token(token, HashModel.logProb(token, weights), version));
          complete &= isComplete(sample);
        }
      }
      if (!complete) {
        continueLater();
        return;
      }
      running.remove(group.groupId());
      if (fails) {
        witnesses.saw(FaultKind.FAILED_DECODING);
        done.accept(Outcome.failed("injected failure"));
      } else {
        done.accept(Outcome.done(result()));
      }
    }

    private boolean isComplete(List<Token> sample) {
      return sample.size() == HashModel.MAX_TOKENS
          || (!sample.isEmpty() && HashModel.isEnd(sample.getLast().id()));
    }

    private SampledGroup result() {
      List<Completion> completions = new ArrayList<>();
      for (int i = 0; i < samples.size(); i++) {
        completions.add(completion(i, samples.get(i)));
      }
      return new SampledGroup(group, completions);
    }

    private Completion completion(int index, List<Token> sample) {
      int[] ids = sample.stream().mapToInt(Token::id).toArray();
      float[] logProbs = new float[ids.length];
      long[] versions = new long[ids.length];
      for (int i = 0; i < ids.length; i++) {
        logProbs[i] = sample.get(i).logProb();
        versions[i] = sample.get(i).version();
      }
      FinishReason reason =
          HashModel.isEnd(ids[ids.length - 1])
              ? new FinishReason.EndOfText(ids[ids.length - 1])
              : new FinishReason.LengthLimit(HashModel.MAX_TOKENS);
      return new Completion(index, ids, logProbs, versions, Arrays.toString(ids), reason);
    }
  }

  private record Token(int id, float logProb, long version) {}
}
