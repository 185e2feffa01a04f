package io.troupe.deploy.serve;

import io.troupe.actors.cluster.content.WeightBytes;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.node.ClusterNode;
import io.troupe.actors.cluster.node.NodeFailedException;
import io.troupe.actors.cluster.node.WeightFollowing;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.ClusterDeadlines;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.system.NodeSystem;
import io.troupe.deploy.cluster.JoinedRun;
import io.troupe.deploy.cluster.NodeReport;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.RunConfig;
import io.troupe.rollout.service.RunningRequests;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.weights.WeightControl;
import io.troupe.serving.weights.WeightSource;
import io.troupe.tensor.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A clustered run that trains: this process joins it, and receives the weights of every step over
 * the channel that rollout nodes use. After the end of the run its last weights stay.
 */
public final class FollowedRun implements ModelSource {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedRun.class);

  private final Settings settings;
  private final RunningRequests running;
  private final NodeReport report;
  private final CompletableFuture<Void> first = new CompletableFuture<>();
  private ClusterNode node; // null until it listens
  private JoinedRun run;
  private RunConfig config;
  private Thread watch;
  private volatile long version; // of the weights that are served

  /**
   * How the run is reached.
   *
   * @param target any node of the run
   * @param address to listen on for the nodes of the run
   * @param directory for files that are fetched
   * @param key of the cluster
   * @param build version of the program
   */
  public record Settings(
      NodeAddress target, NodeAddress address, Path directory, ClusterKey key, String build) {}

  /**
   * A run.
   *
   * @param running what happens to running requests when the weights change
   */
  public FollowedRun(Settings settings, RunningRequests running, NodeReport report) {
    this.settings = settings;
    this.running = running;
    this.report = report;
  }

  @Override
  public ServedModel load(String name, int threads) throws IOException, InterruptedException {
    node =
        ClusterNode.listen(
            settings.address(),
            settings.key(),
            NodeSystem.worker(settings.address(), settings.key()));
    run = JoinedRun.ask(node, settings.target(), settings.directory(), settings.build(), report);
    config = RunConfig.from(run.config());
    String runName = "run-" + run.identity();
    ServedModel model =
        ServedModel.load(Path.of(config.model()), name.isEmpty() ? runName : name, threads);
    try {
      run.enter();
      return model;
    } catch (IOException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** Returns when the endpoint has the first weights of the run. */
  @Override
  public void follow(Endpoint endpoint) throws InterruptedException {
    ClusterDeadlines deadlines = ClusterDeadlines.of(config.deadlines());
    WeightFollowing.start(
        node, run.coordinators(), deadlines, weights -> replace(endpoint.weights(), weights));
    report.say("following run " + run.identity() + "; waiting for its weights");
    watch = Thread.ofPlatform().daemon().name("troupe-followed-run").start(this::awaitEnd);
    try {
      first.get();
    } catch (ExecutionException e) {
      throw new IllegalArgumentException(
          "follow must be a node of a run that trains, got none: " + e.getCause().getMessage(), e);
    }
  }

  private CompletionStage<?> replace(WeightControl control, WeightsVersion weights) {
    return control
        .replace(
            new Transferred("run " + run.identity(), weights),
            running,
            OptionalLong.of(weights.version()))
        .whenComplete((_, failure) -> taken(weights.version(), failure));
  }

  private void taken(long arrived, Throwable failure) {
    if (failure == null) {
      version = arrived;
      first.complete(null);
    } else {
      LOG.warn(
          "weights version {} of the run are asked for again: {}", arrived, failure.toString());
    }
  }

  private void awaitEnd() {
    try {
      String reason = node.await();
      ended("the run has ended" + (reason.isEmpty() ? "" : ": " + reason));
    } catch (NodeFailedException e) {
      ended("the run cannot be followed any longer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by close()
    }
  }

  private void ended(String reason) {
    if (!first.completeExceptionally(new IllegalStateException(reason))) {
      LOG.info("{}; weights version {} stays", reason, version);
    }
  }

  /** Repeated calls have no effect. */
  @Override
  public void close() {
    if (watch != null) {
      watch.interrupt();
    }
    if (node != null) {
      node.close();
    }
  }

  /** A version that has arrived. */
  private record Transferred(String name, WeightsVersion weights) implements WeightSource {
    @Override
    public CausalLM load(CausalLM served, Engine engine) {
      WeightBytes.require(weights, served);
      CausalLM loaded = PretrainedModel.undefined(served, engine);
      WeightBytes.write(weights.data(), loaded);
      return loaded;
    }
  }
}
