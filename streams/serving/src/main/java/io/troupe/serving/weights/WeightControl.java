package io.troupe.serving.weights;

import io.troupe.nn.lm.CausalLM;
import io.troupe.rollout.service.DecodingService;
import io.troupe.rollout.service.RunningRequests;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.model.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the weights of an endpoint while it serves. New weights are read and checked completely,
 * beside the old ones, before the decoder takes them between two forward passes: a damaged or
 * incompatible directory changes nothing. Updates run one after the other. Thread-safe.
 */
public final class WeightControl implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WeightControl.class);

  private final ServedModel served;
  private final DecodingService decoder;
  private final Optional<Path> root;
  private final Runnable onUpdate;
  private final Duration timeout;
  private final UpdateLog log = UpdateLog.ofProcess();
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("troupe-weights").daemon().factory());

  /**
   * Control of a model's weights.
   *
   * @param root directory that contains every model directory that clients may load; absent if
   *     clients cannot replace weights
   * @param timeout maximum time until the decoder has taken an update
   * @param onUpdate called after each update
   */
  public WeightControl(
      ServedModel served,
      DecodingService decoder,
      Optional<Path> root,
      Duration timeout,
      Runnable onUpdate) {
    this.served = served;
    this.decoder = decoder;
    this.root = root;
    this.timeout = timeout;
    this.onUpdate = onUpdate;
  }

  /**
   * Replaces the weights on behalf of a client.
   *
   * @param directory a model directory inside the allowed root; relative to it or absolute
   * @param running what happens to running requests
   * @return the new weights; fails with {@link WeightUpdateException} if nothing has changed
   */
  public CompletionStage<Weights> update(Path directory, RunningRequests running) {
    Path folder;
    try {
      folder = insideRoot(directory);
    } catch (WeightUpdateException e) {
      return CompletableFuture.failedFuture(e);
    }
    return replace(new WeightSource.Directory(folder), running, OptionalLong.empty());
  }

  /**
   * Replaces the weights with those of any source.
   *
   * @param running what happens to running requests
   * @param version of the new weights; empty for the next number
   * @return the new weights; fails with {@link WeightUpdateException} if nothing has changed
   */
  public CompletionStage<Weights> replace(
      WeightSource source, RunningRequests running, OptionalLong version) {
    try {
      return CompletableFuture.supplyAsync(() -> load(source, running, version), executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new WeightUpdateException("the endpoint must be running for an update, but it stops", e));
    }
  }

  private Path insideRoot(Path directory) {
    if (root.isEmpty()) {
      throw new WeightUpdateException(
          "weights-root must be set for weight updates, got none; start with --weights-root DIR");
    }
    try {
      Path allowed = root.get().toRealPath();
      Path folder = allowed.resolve(directory).toRealPath(); // follows symbolic links
      if (folder.startsWith(allowed)) {
        return folder;
      }
    } catch (IOException e) {
      LOG.debug("weights {}", directory, e);
    }
    throw new WeightUpdateException(
        "the directory of new weights must exist inside weights-root, got " + directory);
  }

  private Weights load(WeightSource source, RunningRequests running, OptionalLong version) {
    CausalLM model = served.policy().model();
    long start = System.nanoTime();
    try (CausalLM loaded = source.load(model, served.policy().engine())) {
      requireSameModel(model, loaded, source);
      String checksum = Weights.checksum(loaded);
      long newVersion = version.orElse(served.weights().version() + 1);
      Weights weights = new Weights(newVersion, checksum, source.name());
      awaitSwap(
          decoder.swapWeights(
              () -> {
                loaded.copyTo(model);
                served.weightsChanged(weights);
                return newVersion;
              },
              running));
      onUpdate.run();
      log.updated(weights, Duration.ofNanos(System.nanoTime() - start));
      return weights;
    } catch (WeightUpdateException e) {
      throw e;
    } catch (IllegalArgumentException | IllegalStateException e) { // such as a damaged file
      throw new WeightUpdateException("the weights have not changed: " + e.getMessage(), e);
    }
  }

  private static void requireSameModel(CausalLM model, CausalLM loaded, WeightSource source) {
    if (!model.config().equals(loaded.config())) {
      throw new WeightUpdateException(
          "new weights must belong to the served model's config.json, got another one in "
              + source.name());
    }
  }

  private void awaitSwap(CompletionStage<Long> swap) {
    try {
      decoder.await(swap, timeout);
    } catch (IllegalStateException e) { // such as running requests that do not end
      withdraw(swap);
      throw e;
    } catch (InterruptedException e) {
      withdraw(swap);
      Thread.currentThread().interrupt();
      throw new WeightUpdateException("the update was interrupted", e);
    }
  }

  /** The loaded weights must stay open while they are being copied. */
  private static void withdraw(CompletionStage<Long> swap) {
    CompletableFuture<Long> waiting = swap.toCompletableFuture();
    if (!waiting.cancel(false)) {
      waiting.exceptionally(e -> -1L).join(); // a copy between two passes, which ends
    }
  }

  /** Waits for an update in progress. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException(
            "a weight update must end within " + timeout + ", but it has not");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
