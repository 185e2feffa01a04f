package io.troupe.deploy.serve;

import io.troupe.rollout.service.RunningRequests;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.weights.RunFollower;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Where a served model, and its later weights, come from. The caller closes it. */
public interface ModelSource extends AutoCloseable {

  /**
   * Loads the model.
   *
   * @param name in the APIs; empty for the source's own
   * @param threads of the compute pool; 0 for one per core
   * @return the model, which the caller closes before the source
   * @throws IllegalArgumentException if it cannot be used
   * @throws IOException if a file cannot be read
   * @throws InterruptedException if the calling thread is interrupted
   */
  ServedModel load(String name, int threads) throws IOException, InterruptedException;

  /**
   * Replaces the weights of an endpoint whenever there are newer ones, from now on.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  void follow(Endpoint endpoint) throws InterruptedException;

  /** Ends the replacement of weights. Repeated calls have no effect. */
  @Override
  void close();

  /** The name of a model without another one: that of its directory. */
  private static String nameOf(String name, Path directory) {
    return name.isEmpty() ? directory.toAbsolutePath().normalize().getFileName().toString() : name;
  }

  /** A model directory, whose weights stay. */
  record Directory(Path folder) implements ModelSource {
    @Override
    public ServedModel load(String name, int threads) {
      return ServedModel.load(folder, nameOf(name, folder), threads);
    }

    @Override
    public void follow(Endpoint endpoint) {}

    @Override
    public void close() {}
  }

  /** The checkpoints of a run on this machine, the newest one at any time. */
  final class Checkpoints implements ModelSource {
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final Path run;
    private final RunningRequests running;
    private final Path start;
    private RunFollower follower; // null until there is an endpoint

    /**
     * The checkpoints of a run.
     *
     * @param running what happens to running requests when the weights change
     * @throws IllegalArgumentException if the directory contains no run of a language model
     */
    public Checkpoints(Path run, RunningRequests running) {
      this.run = run;
      this.running = running;
      this.start = RunFollower.startOf(run);
    }

    @Override
    public ServedModel load(String name, int threads) {
      return ServedModel.load(start, nameOf(name, run), threads);
    }

    @Override
    public void follow(Endpoint endpoint) {
      follower = new RunFollower(run, endpoint.model(), endpoint.weights(), running);
      follower.start(LOOK_INTERVAL);
    }

    @Override
    public void close() {
      if (follower != null) {
        follower.close();
      }
    }
  }
}
