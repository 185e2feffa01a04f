package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.coordinator.RolloutActors;
import io.troupe.actors.coordinator.WeightSender;
import io.troupe.actors.learner.BatchSource;
import io.troupe.actors.learner.Deadline;
import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.reward.RewardActor;
import io.troupe.actors.rollout.Decoding;
import io.troupe.actors.rollout.GroupDecoder;
import io.troupe.actors.rollout.RolloutActor;
import io.troupe.actors.run.ChildActors;
import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.streams.weights.WeightBroadcast;
import io.troupe.streams.weights.WeightLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The actors that produce batches for the learner, with the resources that they share: the link for
 * weights and the threads of the rollout actors.
 */
final class GrpoActors {
  private final GrpoInputs inputs;
  private final WorkDecorators decorators;
  private final Deadline stop;
  private final RunThreads threads = new RunThreads();
  private final WeightLink link;
  private final WeightBroadcast broadcast;
  private boolean stopped;

  private GrpoActors(
      GrpoInputs inputs,
      WorkDecorators decorators,
      Deadline stop,
      WeightLink link,
      WeightBroadcast broadcast) {
    this.inputs = inputs;
    this.decorators = decorators;
    this.stop = stop;
    this.link = link;
    this.broadcast = broadcast;
  }

  /**
   * Opens the link; the caller must stop it.
   *
   * @param stop for ending each of the threads
   */
  static GrpoActors open(GrpoInputs inputs, WorkDecorators decorators, Deadline stop) {
    long weightBytes =
        inputs.policy().namedParameters().values().stream().mapToLong(t -> t.sizeBytes()).sum();
    WeightLink link = WeightLink.launch(weightBytes);
    try {
      WeightBroadcast broadcast =
          WeightBroadcast.over(link, inputs.policy(), inputs.config().deadlines().weights());
      return new GrpoActors(inputs, decorators, stop, link, broadcast);
    } catch (RuntimeException | Error e) {
      link.close();
      throw e;
    }
  }

  /** Keeps the weights that the learner publishes and sends them to the rollout actors. */
  WeightBroadcast broadcast() {
    return broadcast;
  }

  /** Starts the reward actor and the coordinator, which starts the rollout actors. */
  Function<
          ActorContext<LearnerActor.Command<List<ScoredGroup>, Ledger>>,
          BatchSource<List<ScoredGroup>, Ledger>>
      startBatches(ChildActors children, Ledger ledger) {
    RunConfig config = inputs.config();
    var reward =
        children.start(RewardActor.create(inputs.rewards(), config.deadlines().reward()), "reward");
    var coordinator =
        children.start(
            Coordinator.create(
                config, inputs.groups(), ledger, rollouts(), new BroadcastSender(), reward),
            "coordinator");
    return context -> new CoordinatorBatches(context, coordinator);
  }

  private RolloutActors rollouts() {
    return (workerId, name, coordinator) ->
        RolloutActor.create(
            workerId,
            () -> decorators.decoding().apply(decoder(workerId)),
            threads.single("troupe-" + name),
            coordinator);
  }

  private Decoding decoder(int workerId) {
    CausalLM model = inputs.decodingModel();
    try {
      return new GroupDecoder(
          model,
          inputs.tokenizer(),
          inputs.decodingLimits(),
          inputs.config().grpo().generation(),
          link.receiver(workerId, model));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private final class BroadcastSender implements WeightSender {
    @Override
    public CompletionStage<Long> send(int workerId, String name) {
      return broadcast.send(workerId, name);
    }

    @Override
    public void forget(int workerId) {
      broadcast.forget(workerId);
    }
  }

  /**
   * Ends the threads and closes the link, after the actor system has ended.
   *
   * @return why the memory of the attempt must not be freed; empty if it may
   */
  Optional<String> stop() {
    if (stopped) {
      return Optional.empty();
    }
    stopped = true;
    List<String> left = new ArrayList<>(threads.await(stop.limit()));
    if (!broadcast.close(stop.limit())) {
      left.add("troupe-weights");
    }
    link.close(stop.limit());
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(", ", left) + " has not ended within " + stop);
  }
}
