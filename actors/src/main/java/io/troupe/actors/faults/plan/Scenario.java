package io.troupe.actors.faults.plan;

import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.faults.time.Dice;
import java.util.ArrayList;
import java.util.List;

/**
 * The cluster and the run of a seed.
 *
 * @param seed of the run; samples, scores and weights depend on it
 * @param numCoordinators nodes that may run the coordinator: 1 or 3
 * @param numLearners nodes that train
 * @param numRollouts nodes that sample
 * @param numRewards nodes that score
 * @param gradientShards shards of a batch
 * @param maxStaleness the bound of the run
 * @param numIterations updates per batch
 * @param steps of the run
 * @param groupsPerStep groups in a batch
 * @param numGenerations samples in a group
 */
public record Scenario(
    long seed,
    int numCoordinators,
    int numLearners,
    int numRollouts,
    int numRewards,
    int gradientShards,
    int maxStaleness,
    int numIterations,
    int steps,
    int groupsPerStep,
    int numGenerations) {

  /** The scenario of a seed. */
  public static Scenario of(long seed) {
    Dice dice = new Dice(seed, "scenario");
    return new Scenario(
        seed,
        dice.chance(0.5) ? 3 : 1,
        dice.between(1, 4),
        dice.between(1, 6),
        dice.between(1, 2),
        dice.between(1, 8),
        dice.between(0, 2),
        dice.between(1, 2),
        dice.between(6, 16),
        dice.between(2, 6),
        dice.between(2, 4));
  }

  /** The same run on the smallest cluster. */
  public Scenario onFewestNodes() {
    return new Scenario(
        seed,
        1,
        1,
        1,
        1,
        gradientShards,
        maxStaleness,
        numIterations,
        steps,
        groupsPerStep,
        numGenerations);
  }

  /** Names of the nodes that may run the coordinator. */
  public List<String> coordinators() {
    return names("coordinator-", numCoordinators);
  }

  /** Names of the nodes that train. */
  public List<String> learners() {
    return names("learner-", numLearners);
  }

  /** Names of the nodes that sample. */
  public List<String> rollouts() {
    return names("rollout-", numRollouts);
  }

  /** Names of the nodes that score. */
  public List<String> rewards() {
    return names("reward-", numRewards);
  }

  /** Names of all nodes. */
  public List<String> nodes() {
    List<String> nodes = new ArrayList<>(coordinators());
    nodes.addAll(learners());
    nodes.addAll(rollouts());
    nodes.addAll(rewards());
    return nodes;
  }

  /** The role of a node. */
  public Role roleOf(String node) {
    return Role.of(node.substring(0, node.indexOf('-')));
  }

  private static List<String> names(String prefix, int number) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= number; i++) {
      names.add(prefix + i);
    }
    return names;
  }
}
