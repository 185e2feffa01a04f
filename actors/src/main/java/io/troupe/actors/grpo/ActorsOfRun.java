package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.LedgerState;
import io.troupe.actors.coordinator.RolloutActors;
import io.troupe.actors.coordinator.WeightSender;
import io.troupe.actors.learner.CoordinatorBatches;
import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.reward.RewardActor;
import io.troupe.actors.rollout.Decoding;
import io.troupe.actors.rollout.GroupDecoder;
import io.troupe.actors.rollout.RolloutActor;
import io.troupe.actors.run.RunActor;
import io.troupe.actors.run.RunFailedException;
import io.troupe.actors.run.RunSystem;
import io.troupe.actors.run.RunThreads;
import io.troupe.data.prompt.PromptOrder;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.rollout.engine.DecodingEngine;
import io.troupe.streams.weights.WeightBroadcast;
import io.troupe.streams.weights.WeightLink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;

/**
 * The living actors of a run with what they share: the link for weights, their threads, the actor
 * system. Closing ends them all, and returns when nothing of them touches the run's memory.
 */
final class ActorsOfRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final GrpoInputs inputs;
  private final RunSeams seams;
  private final RunThreads threads = new RunThreads();
  private final WeightLink link;
  private final WeightBroadcast broadcast;
  private final RunSystem<LedgerState> system = new RunSystem<>();

  ActorsOfRun(GrpoInputs inputs, RunSeams seams) {
    this.inputs = inputs;
    this.seams = seams;
    long weightBytes =
        inputs.policy().namedParameters().values().stream().mapToLong(t -> t.sizeBytes()).sum();
    link = WeightLink.launch(weightBytes);
    broadcast = WeightBroadcast.over(link, inputs.policy(), inputs.config().deadlines().weights());
  }

  /** Keeps the weights that the learner publishes and sends them to the rollout actors. */
  WeightBroadcast broadcast() {
    return broadcast;
  }

  /**
   * Starts the actors and waits for the end of the run. An interruption of the calling thread asks
   * the learner to stop.
   *
   * @return the books at the end
   * @throws RunFailedException or {@link io.troupe.actors.learner.LearnerFailedException} if the
   *     run cannot go on
   */
  LedgerState run(GrpoTraining training, LedgerState books) throws InterruptedException {
    broadcast.publish(books.policyVersion(), inputs.policy());
    return system.run(parts(training, books));
  }

  private RunActor.LearnerOf<List<ScoredGroup>, LedgerState> parts(
      GrpoTraining training, LedgerState books) {
    RunConfig config = inputs.config();
    return (actors, done) -> {
      var reward =
          actors.start(RewardActor.create(inputs.rewards(), config.deadlines().reward()), "reward");
      var coordinator =
          actors.start(
              Coordinator.create(config, specs(), books, rollouts(), new ByBroadcast(), reward),
              "coordinator");
      return LearnerActor.create(
          seams.training().apply(training),
          threads.single("troupe-learner"),
          config.deadlines().step(),
          config.steps(),
          new LearnerActor.Start<>(books.policyVersion(), books),
          context -> new CoordinatorBatches(context, coordinator),
          done);
    };
  }

  private LongFunction<GroupSpec> specs() {
    RunConfig config = inputs.config();
    PromptOrder order =
        new PromptOrder(config.seed(), inputs.prompts().size(), config.data().shuffle());
    return groupId ->
        new GroupSpec(
            groupId,
            inputs.prompts().get(order.row(groupId)),
            config.grpo().numGenerations(),
            config.seed());
  }

  private RolloutActors rollouts() {
    return (workerId, name, coordinator) ->
        RolloutActor.create(
            workerId,
            () -> seams.decoding().apply(decoder(workerId)),
            threads.single("troupe-" + name),
            coordinator);
  }

  private Decoding decoder(int workerId) {
    CausalLM model = PretrainedModel.undefined(inputs.policy(), inputs.engine());
    DecodingEngine engine = new DecodingEngine(model, inputs.tokenizer(), inputs.decodingLimits());
    GenerationConfig generation =
        GenerationConfig.sampling(
            inputs.config().grpo().maxCompletionLength(), inputs.config().grpo().temperature());
    return new GroupDecoder(model, engine, generation, link.receiver(workerId, model));
  }

  private final class ByBroadcast implements WeightSender {
    @Override
    public CompletionStage<Long> send(int workerId, String name) {
      return broadcast.send(workerId, name);
    }

    @Override
    public void forget(int workerId) {
      broadcast.forget(workerId);
    }
  }

  @Override
  public void close() {
    system.close();
    if (!system.failureToEnd().isEmpty()) {
      inputs.leaveOpen(system.failureToEnd());
    }
    broadcast.close();
    List<String> working = threads.await(PATIENCE);
    if (!working.isEmpty()) {
      inputs.leaveOpen(String.join(", ", working) + " has not ended within " + PATIENCE);
    }
    link.close();
  }
}
