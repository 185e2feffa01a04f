package io.troupe.training.optim;

import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.TensorToWrite;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.MemoryUse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The exponential moving average of the parameters of a network, which often generalizes better
 * than the parameters. After each optimizer step {@code average = decay average + (1 - decay)
 * parameter}. The first update takes the parameters as they are. Buffers are not averaged but
 * copied.
 *
 * <p>With a constant decay it is PyTorch's {@code AveragedModel} with {@code get_ema_multi_avg_fn};
 * with a ramp it is diffusers' {@code EMAModel}, whose n-th update, counted from 0, decays by no
 * more than (1 + n) / (10 + n).
 *
 * <p>The average has its own scope; the caller must close it before the engine. Not thread-safe.
 */
public final class WeightAverage implements AutoCloseable {
  private static final String UPDATES = "updates";

  private final Module module;
  private final double decay;
  private final boolean ramp;
  private final Engine engine;
  private final Scope scope;
  private final Map<String, Tensor> averages = new LinkedHashMap<>();
  private long numUpdates;

  /**
   * An average that starts with the parameters of the module.
   *
   * @param decay decay per update, in [0, 1)
   * @param ramp whether the decay increases to this value from 0
   * @param engine that owns the memory of the module
   */
  public WeightAverage(Module module, double decay, boolean ramp, Engine engine) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("ema-decay must be in [0, 1), got " + decay);
    }
    this.module = module;
    this.decay = decay;
    this.ramp = ramp;
    this.engine = engine;
    this.scope = engine.longLived("average of weights", MemoryUse.OPTIMIZER);
    module.stateDict().forEach((name, tensor) -> averages.put(name, scope.keep(tensor)));
  }

  /** Adds the current parameters of the module to the average. */
  public void update() {
    double kept = decayOf(numUpdates++);
    module
        .namedParameters()
        .forEach(
            (name, parameter) ->
                averages.get(name).muli(kept).addScaledi(parameter.detach(), 1 - kept));
    module.namedBuffers().forEach((name, buffer) -> averages.get(name).copyFrom(buffer));
  }

  private double decayOf(long n) {
    if (n == 0) {
      return 0;
    }
    return ramp ? Math.min(decay, (1.0 + n) / (10.0 + n)) : decay;
  }

  /** Exchanges the module's weights with the average; a second call restores them. */
  public void swap() {
    try (Scope _ = engine.open("swap")) {
      module
          .stateDict()
          .forEach(
              (name, tensor) -> {
                Tensor average = averages.get(name);
                Tensor held = Tensor.empty(tensor.dtype(), tensor.shape());
                held.copyFrom(tensor);
                tensor.copyFrom(average);
                average.copyFrom(held);
              });
    }
  }

  /** Updates so far. */
  public long numUpdates() {
    return numUpdates;
  }

  /** The averages by the names of the module's {@code stateDict}. */
  public Map<String, Tensor> averages() {
    return Map.copyOf(averages);
  }

  /**
   * Writes the average as a safetensors file, which loads as the module's weights do.
   *
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    List<TensorToWrite> tensors =
        averages.entrySet().stream()
            .map(entry -> TensorToWrite.of(entry.getKey(), entry.getValue()))
            .toList();
    SafetensorsWriter.write(file, tensors, Map.of(UPDATES, Long.toString(numUpdates)));
  }

  /**
   * Loads the average that {@link #save} wrote.
   *
   * @throws CheckpointFormatException if the file is not the average of such a module
   */
  public void load(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      String updates = file.metadata().get(UPDATES);
      if (updates == null || !updates.matches("\\d{1,18}")) {
        throw new CheckpointFormatException(
            path + ": updates must be an integer >= 0, got " + updates);
      }
      averages.forEach(file::read);
      numUpdates = Long.parseLong(updates);
    }
  }

  /** Frees the memory of the average. */
  @Override
  public void close() {
    scope.close();
  }
}
