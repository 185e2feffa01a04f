package io.troupe.actors.supervised;

import io.troupe.nn.registry.BuiltModel;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.supervised.TrainingTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inputs of a supervised run, loaded and checked before anything is written: the data, and a
 * model for it, with the engine in whose memory the model lives.
 *
 * <p>The caller must close the inputs after the run; repeated calls have no effect.
 */
public final class SupervisedInputs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SupervisedInputs.class);

  private final TrainConfig config;
  private final Engine engine;
  private final Scope weights;
  private SupervisedSetup setup;
  private volatile boolean retained;
  private boolean closed;

  private SupervisedInputs(TrainConfig config) {
    this.config = config;
    this.engine = Engine.of(CpuBackend.create(config.threads()), config.memoryLimit());
    this.weights = engine.longLived(config.model() + " weights");
  }

  /**
   * Loads and checks the inputs of a run, and creates the model with its initial weights.
   *
   * @throws IllegalArgumentException with a one-line message, if an input cannot be used; also
   *     {@link io.troupe.data.DataFormatException} for the data
   */
  public static SupervisedInputs load(TrainConfig config) {
    SupervisedInputs inputs = new SupervisedInputs(config);
    try {
      inputs.setup = SupervisedSetup.of(config, inputs.weights);
      return inputs;
    } catch (RuntimeException | Error e) {
      inputs.close();
      throw e;
    }
  }

  /** The configuration of the run. */
  public TrainConfig config() {
    return config;
  }

  /** The data. */
  public TrainingData data() {
    return setup.data();
  }

  /** The model with its current weights. */
  public BuiltModel<?> model() {
    return setup.model();
  }

  /** The task that the model is trained for. */
  public TrainingTask task() {
    return setup.task();
  }

  /** Further files that belong to the result. */
  ResultFiles files() {
    return setup.files();
  }

  /** The compute engine; its memory holds the weights. */
  public Engine engine() {
    return engine;
  }

  /** Steps of an epoch. */
  public long stepsPerEpoch() {
    return data().stepsPerEpoch();
  }

  /** Steps of the whole run. */
  public long steps() {
    return Math.multiplyExact(stepsPerEpoch(), config.epochs());
  }

  /** Keeps the memory of the engine allocated after {@link #close}: a thread still uses it. */
  void retainMemory(String reason) {
    LOG.warn("the memory of the attempt is not freed: {}", reason);
    retained = true;
  }

  /** Whether {@link #close} leaves the memory of the engine allocated. */
  boolean retainsMemory() {
    return retained;
  }

  @Override
  public void close() {
    if (closed || retained) {
      return;
    }
    closed = true;
    weights.close();
    engine.close();
  }
}
