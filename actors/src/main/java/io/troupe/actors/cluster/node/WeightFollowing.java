package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.rollout.DecodingWork;
import io.troupe.actors.cluster.rollout.RolloutCore;
import io.troupe.actors.cluster.rollout.RolloutSettings;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Receives the weights of a run without a part in its work: a rollout node without credits, which
 * gets no groups, but each newest version, and passes it on to other nodes.
 */
public final class WeightFollowing {
  private WeightFollowing() {}

  /** Takes the versions of the weights. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * Takes a version. One call at a time.
     *
     * @return the end of its use as the newest: then the next one may come. A failure if the
     *     weights do not match their checksum or the model
     */
    CompletionStage<?> receive(WeightsVersion weights);
  }

  /**
   * Begins to receive weights.
   *
   * @param node which has entered the run
   * @param members all coordinator nodes
   */
  public static void start(
      ClusterNode node, List<NodeAddress> members, ClusterDeadlines deadlines, Receiver receiver) {
    node.start(
        Role.ROLLOUT,
        (environment, executor) -> {
          RolloutCore core =
              new RolloutCore(
                  node.node(Role.ROLLOUT),
                  new RolloutSettings(0, deadlines),
                  environment,
                  new WeightsOnly(receiver, executor),
                  WeightsOnly::noGroup,
                  node::end);
          return WorkerRole.started(core, node.coordinators(members), () -> {});
        });
  }

  private record WeightsOnly(Receiver receiver, Executor core) implements DecodingWork {
    private static GroupSpec noGroup(long groupId) {
      throw new IllegalStateException(
          "a node without credits must get no group, got group " + groupId);
    }

    @Override
    public void decode(GroupSpec group, Consumer<Outcome<SampledGroup>> done) {
      noGroup(group.groupId());
    }

    @Override
    public void cancel(long groupId) {}

    @Override
    public void swap(WeightsVersion weights, Consumer<Outcome<Long>> done) {
      receiver
          .receive(weights)
          .whenComplete(
              (_, failure) ->
                  core.execute(
                      () ->
                          done.accept(
                              failure == null
                                  ? Outcome.done(weights.version())
                                  : Outcome.failed(String.valueOf(failure.getMessage())))));
    }
  }
}
