package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.content.WeightBytes;
import io.troupe.actors.cluster.learner.LearnerCore;
import io.troupe.actors.cluster.learner.LearnerEvents;
import io.troupe.actors.cluster.learner.LearnerSettings;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.reward.RewardCore;
import io.troupe.actors.cluster.reward.RewardSettings;
import io.troupe.actors.cluster.rollout.RolloutCore;
import io.troupe.actors.cluster.rollout.RolloutSettings;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.work.DecodingThread;
import io.troupe.actors.cluster.work.ScoringWorkers;
import io.troupe.actors.grpo.ClusterTraining;
import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.actors.grpo.RunFiles;
import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.RunConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the roles of a process that compute: learner, rollout and reward. */
public final class RunRoles {
  private static final Logger LOG = LoggerFactory.getLogger(RunRoles.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final int GRADIENTS_KEPT = 8;
  private static final long MIN_GRADIENT_BYTES = 64L << 20;
  private static final int PARALLEL_SCORING = 2;
  private static final int MAX_SCORED = 4096;

  private final ClusterNode node;
  private final GrpoInputs inputs;
  private final RunConfig config;
  private final List<NodeId> coordinators;
  private final ClusterDeadlines deadlines;

  /**
   * The roles of a process.
   *
   * @param inputs of the run; the caller closes them after the node
   * @param members all coordinator nodes
   */
  public RunRoles(ClusterNode node, GrpoInputs inputs, List<NodeAddress> members) {
    this.node = node;
    this.inputs = inputs;
    this.config = inputs.config();
    this.coordinators = node.coordinators(members);
    this.deadlines = ClusterDeadlines.of(config.deadlines());
  }

  /** The gradients of other learners for two steps, which have the size of the weights. */
  private long gradientLimit() {
    return GRADIENTS_KEPT * WeightBytes.size(inputs.policy()) + MIN_GRADIENT_BYTES;
  }

  /** Starts a learner. */
  public void startLearner(RunFiles files) {
    node.start(
        Role.LEARNER,
        (environment, executor) -> {
          ClusterTraining work = new ClusterTraining(inputs, files, executor);
          LearnerCore core =
              new LearnerCore(
                  node.node(Role.LEARNER),
                  LearnerSettings.of(files.keepsRun(), gradientLimit(), deadlines),
                  environment,
                  work,
                  new LearnerProgress(node, this::endWorker));
          return WorkerRole.started(
              core,
              coordinators,
              () -> {
                if (!work.close(STOP_LIMIT)) {
                  inputs.retainMemory("the learner's thread has not ended");
                }
              });
        });
  }

  /** Starts a role that samples. */
  public void startRollout() {
    CausalLM model = inputs.decodingModel();
    int credits =
        1 + Math.ceilDiv(config.rollout().maxBatchSequences(), config.grpo().numGenerations());
    node.start(
        Role.ROLLOUT,
        (environment, executor) -> {
          DecodingThread work =
              new DecodingThread(
                  model,
                  inputs.tokenizer(),
                  inputs.decodingLimits(),
                  config.grpo().generation(),
                  executor);
          RolloutCore core =
              new RolloutCore(
                  node.node(Role.ROLLOUT),
                  new RolloutSettings(credits, deadlines),
                  environment,
                  work,
                  inputs.groups(),
                  this::endWorker);
          return WorkerRole.started(
              core,
              coordinators,
              () -> {
                if (work.close(STOP_LIMIT)) {
                  model.close();
                } else {
                  inputs.retainMemory("the decoding thread has not ended");
                }
              });
        });
  }

  /** Starts a role that scores. */
  public void startReward() {
    node.start(
        Role.REWARD,
        (environment, executor) -> {
          ScoringWorkers work = new ScoringWorkers(inputs.rewards(), executor);
          RewardCore core =
              new RewardCore(
                  node.node(Role.REWARD),
                  new RewardSettings(PARALLEL_SCORING, MAX_SCORED, deadlines),
                  environment,
                  work,
                  this::endWorker);
          return WorkerRole.started(core, coordinators, work::close);
        });
  }

  /** The end of the node, unless it is a coordinator node: that one still answers others. */
  private void endWorker(String reason) {
    if (!node.hasRole(Role.COORDINATOR)) {
      node.end(reason);
    }
  }

  /** Ends the node with its learner, and says when the learner begins to train. */
  private static final class LearnerProgress implements LearnerEvents {
    private final ClusterNode node;
    private final Consumer<String> onEnd;
    private boolean trains;

    LearnerProgress(ClusterNode node, Consumer<String> onEnd) {
      this.node = node;
      this.onEnd = onEnd;
    }

    @Override
    public void onTrained(long step, long checksum, Map<String, Double> metrics) {
      if (!trains) {
        trains = true;
        LOG.info("this learner trains, from step {} on", step);
      }
    }

    @Override
    public void onShutdown(String reason) {
      onEnd.accept(reason);
    }

    @Override
    public void onFailed(String reason) {
      node.fail(new IllegalStateException(reason));
    }

    @Override
    public void onWarning(String message) {
      LOG.warn("{}", message);
    }
  }
}
