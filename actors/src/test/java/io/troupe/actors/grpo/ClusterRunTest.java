package io.troupe.actors.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.node.ClusterNode;
import io.troupe.actors.cluster.node.Coordination;
import io.troupe.actors.cluster.node.CoordinatorListener;
import io.troupe.actors.cluster.node.RunRoles;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.system.NodeSystem;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunClock;
import io.troupe.actors.run.RunContext;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunListener;
import io.troupe.log.record.LogRecord.RunStarted;
import io.troupe.protocols.config.RunConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a clustered run in this process, connected over TLS and Aeron. */
class ClusterRunTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long RUN_ID = 17;

  @TempDir private Path temp;
  private TinyTask task;
  private ClusterKey key;
  private NodeAddress first;
  private ArrayDeque<AutoCloseable> closing;

  @BeforeEach
  void prepare() throws Exception {
    task = TinyTask.write(temp.resolve("task"));
    key = ClusterKey.loadOrCreate(temp.resolve("cluster.key"));
    first = new NodeAddress("127.0.0.1", 0).bound();
    closing = new ArrayDeque<>();
  }

  @AfterEach
  void close() throws Exception {
    while (!closing.isEmpty()) {
      closing.pop().close();
    }
  }

  private byte[] localWeights(RunConfig config) throws Exception {
    Path run = temp.resolve("local");
    try (RunDirectory directory = RunDirectory.create(run, config.render());
        GrpoInputs inputs = GrpoInputs.load(config)) {
      Run.train(new GrpoAlgorithm(inputs), directory, RunListener.NONE);
    }
    return weights(run);
  }

  private static byte[] weights(Path run) throws Exception {
    return Files.readAllBytes(run.resolve("checkpoints/final/model.safetensors"));
  }

  /** A node, which is closed before its inputs. */
  private ClusterNode node(NodeAddress address, boolean coordinates) {
    ClusterNode node =
        ClusterNode.listen(
            address,
            key,
            coordinates
                ? NodeSystem.coordinator(address, key, 1, List.of(address))
                : NodeSystem.worker(address, key));
    closing.push(node);
    node.enter(
        RUN_ID,
        "test",
        () -> {
          throw new IllegalStateException("nobody asks");
        });
    return node;
  }

  private RunRoles roles(ClusterNode node, GrpoInputs inputs) {
    return new RunRoles(node, inputs, List.of(first));
  }

  private GrpoInputs inputs(RunConfig config) {
    GrpoInputs inputs = GrpoInputs.load(config);
    closing.push(inputs);
    return inputs;
  }

  private RunFiles files(String name, RunConfig config, GrpoInputs inputs, boolean keepsRun) {
    RunDirectory directory = RunDirectory.create(temp.resolve(name), config.render());
    closing.push(directory);
    return new RunFiles(
        inputs, new RunContext(directory, RunListener.NONE, new RunClock()), keepsRun);
  }

  private ClusterNode startFirst(RunConfig config, CoordinatorListener listener) {
    GrpoInputs inputs = inputs(config);
    RunFiles files = files("clustered", config, inputs, true);
    ClusterNode node = node(first, true);
    Coordination.start(
        node,
        config,
        List.of(first),
        temp.resolve("log"),
        new RunStarted("17", "fingerprint", "test"),
        listener);
    roles(node, inputs).startLearner(files);
    return node;
  }

  private ClusterNode startWorker(RunConfig config) throws Exception {
    GrpoInputs inputs = inputs(config);
    ClusterNode node = node(new NodeAddress("127.0.0.1", 0).bound(), false);
    RunRoles roles = roles(node, inputs);
    roles.startRollout();
    roles.startReward();
    return node;
  }

  private ClusterNode startLearner(RunConfig config, String name) throws Exception {
    GrpoInputs inputs = inputs(config);
    RunFiles files = files(name, config, inputs, false);
    ClusterNode node = node(new NodeAddress("127.0.0.1", 0).bound(), false);
    roles(node, inputs).startLearner(files);
    return node;
  }

  @Test
  void twoLearnersAndTwoRolloutNodesGiveTheWeightsOfTheLocalRun() throws Exception {
    RunConfig config = task.config("grpo.gradient-shards = 3, steps = 6");
    ClusterNode coordinator = startFirst(config, CoordinatorListener.NONE);
    startLearner(config, "second");
    startWorker(config);
    startWorker(config);

    assertThat(coordinator.await(LIMIT)).hasValue("");

    assertThat(weights(temp.resolve("clustered"))).isEqualTo(localWeights(config));
  }

  @Test
  void nodesMayComeAndGo() throws Exception {
    RunConfig config = task.config("grpo.gradient-shards = 2, steps = 8");
    CountDownLatch twoSteps = new CountDownLatch(2);
    ClusterNode coordinator =
        startFirst(
            config,
            new CoordinatorListener() {
              @Override
              public void onStep(long step, Map<String, Double> metrics) {
                twoSteps.countDown();
              }
            });
    ClusterNode learner = startLearner(config, "second");
    ClusterNode worker = startWorker(config);
    assertThat(twoSteps.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    learner.close();
    worker.close();
    startWorker(config);
    startLearner(config, "third");

    assertThat(coordinator.await(LIMIT)).hasValue("");

    assertThat(weights(temp.resolve("clustered"))).isEqualTo(localWeights(config));
  }
}
