package io.troupe.training.optim;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.TensorToWrite;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.memory.MemoryUse;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Updates parameters from their gradients.
 *
 * <p>A step is {@link #gradNorm}, then {@link #step}, which scales the gradients down to {@code
 * max-grad-norm} in the same pass over memory that updates the parameters. Parameters without a
 * gradient do not change. {@link OptimizerConfig#weightDecayOn} selects the parameters with weight
 * decay.
 *
 * <p>The state has its own scope; the caller must close the optimizer before the engine. Not
 * thread-safe.
 */
public abstract sealed class Optimizer implements AutoCloseable permits Sgd, Adam {
  private static final String STEP = "step";
  private static final String KIND = "optim";

  private final Map<String, Tensor> parameters;
  private final double maxGradNorm;
  private final double weightDecay;
  private final Set<String> decayed;
  private final Scope scope;
  private long stepCount;

  Optimizer(OptimizerConfig config, Map<String, Tensor> parameters) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("an optimizer without parameters has nothing to do");
    }
    this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    this.maxGradNorm = config.maxGradNorm();
    this.weightDecay = config.weightDecay();
    this.decayed = decayed(config.weightDecayOn(), parameters);
    this.scope =
        parameters
            .values()
            .iterator()
            .next()
            .scope()
            .engine()
            .longLived("optimizer", MemoryUse.OPTIMIZER);
  }

  /** The configured optimizer, with its initial state. */
  public static Optimizer of(OptimizerConfig config, Map<String, Tensor> parameters) {
    return switch (config) {
      case OptimizerConfig.Sgd sgd -> new Sgd(sgd, parameters);
      case OptimizerConfig.Adam adam ->
          new Adam(adam, adam.adamBeta1(), adam.adamBeta2(), adam.adamEpsilon(), false, parameters);
      case OptimizerConfig.AdamW adamW ->
          new Adam(
              adamW, adamW.adamBeta1(), adamW.adamBeta2(), adamW.adamEpsilon(), true, parameters);
    };
  }

  private static Set<String> decayed(WeightDecayOn on, Map<String, Tensor> parameters) {
    return switch (on) {
      case WeightDecayOn.All _ -> Set.copyOf(parameters.keySet());
      case WeightDecayOn.Matrices _ ->
          parameters.entrySet().stream()
              .filter(entry -> entry.getValue().rank() >= 2)
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      case WeightDecayOn.Named(var prefixes) -> named(prefixes, parameters.keySet());
    };
  }

  private static Set<String> named(List<String> prefixes, Set<String> names) {
    Set<String> found = new HashSet<>();
    for (String prefix : prefixes) {
      if (names.stream().noneMatch(name -> name.startsWith(prefix))) {
        throw new IllegalArgumentException(
            "weight-decay-on must be the start of the name of a parameter, one of "
                + String.join(", ", names)
                + ", got "
                + prefix);
      }
      names.stream().filter(name -> name.startsWith(prefix)).forEach(found::add);
    }
    return found;
  }

  /** The 2-norm of all gradients as one vector, before clipping; summed in double precision. */
  public final double gradNorm() {
    List<Tensor> gradients =
        parameters.values().stream().map(Tensor::grad).filter(Objects::nonNull).toList();
    return Math.sqrt(Backend.of(scope.engine()).reduction().sumSquaresOfAll(gradients));
  }

  /**
   * Updates every parameter that has a gradient.
   *
   * @param learningRate of this step
   * @param gradNorm the result of {@link #gradNorm}; clipped as {@code clip_grad_norm_} does
   */
  public final void step(double learningRate, double gradNorm) {
    double gradScale = maxGradNorm > 0 ? Math.min(1, maxGradNorm / (gradNorm + 1e-6)) : 1;
    stepCount++;
    parameters.forEach(
        (name, parameter) -> {
          Tensor grad = parameter.grad();
          if (grad != null) {
            double decay = decayed.contains(name) ? weightDecay : 0;
            update(name, parameter, grad, learningRate, decay, gradScale);
          }
        });
  }

  abstract void update(
      String name, Tensor parameter, Tensor grad, double lr, double weightDecay, double gradScale);

  /**
   * The state by name and parameter, such as {@code exp_avg.NAME}, in fixed order; it is changed by
   * {@link #step}.
   */
  public abstract Map<String, Tensor> state();

  /** Overwrites {@link #state}; entries that exist only after a step are those of the source. */
  abstract void restoreState(StateSource source);

  /** Where a state is restored from. */
  interface StateSource {
    /** Whether there is a tensor of this name. */
    boolean contains(String name);

    /** Overwrites a tensor with the one of this name. */
    void read(String name, Tensor target);
  }

  /** The name of the rule in files, such as {@code adamw}. */
  abstract String kind();

  /** Clears the gradients of all parameters. */
  public final void zeroGrad() {
    parameters.values().forEach(Tensor::zeroGrad);
  }

  /** Sets missing gradients to zeros, so that momentum still acts. */
  public final void requireGradients() {
    parameters.values().forEach(Tensor::gradBuffer);
  }

  /** Steps taken. */
  public final long stepCount() {
    return stepCount;
  }

  final Map<String, Tensor> parameters() {
    return parameters;
  }

  final Scope scope() {
    return scope;
  }

  /** A tensor of zeros like a parameter, in the optimizer's scope. */
  final Tensor zerosLike(Tensor parameter) {
    try (Scope.Entered _ = scope.enter()) {
      return Tensor.zeros(parameter.dtype(), parameter.shape());
    }
  }

  /**
   * Writes the state as a safetensors file.
   *
   * @throws IOException if it cannot be written
   */
  public final void save(Path file) throws IOException {
    List<TensorToWrite> tensors =
        state().entrySet().stream()
            .map(entry -> TensorToWrite.of(entry.getKey(), entry.getValue()))
            .toList();
    SafetensorsWriter.write(file, tensors, Map.of(KIND, kind(), STEP, Long.toString(stepCount)));
  }

  /**
   * Loads the state that {@link #save} wrote; training continues with the following step.
   *
   * @throws CheckpointFormatException if the file is of another optimizer or of other parameters
   */
  public final void load(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      String written = file.metadata().get(KIND);
      if (!kind().equals(written)) {
        throw new CheckpointFormatException(
            path + " must contain the state of optim=" + kind() + ", got " + written);
      }
      stepCount = readStep(path, file.metadata().get(STEP));
      restoreState(
          new StateSource() {
            @Override
            public boolean contains(String name) {
              return file.tensors().containsKey(name);
            }

            @Override
            public void read(String name, Tensor target) {
              file.read(name, target);
            }
          });
    }
  }

  /**
   * Continues with the state of another optimizer of the same rule and parameters.
   *
   * @param steps its {@link #stepCount}
   * @param contents the bytes of its {@link #state}, by name; copied
   * @throws IllegalArgumentException if a tensor is missing, unknown or has another size; the state
   *     is undefined then
   */
  public final void restore(long steps, Map<String, MemorySegment> contents) {
    restoreState(
        new StateSource() {
          @Override
          public boolean contains(String name) {
            return contents.containsKey(name);
          }

          @Override
          public void read(String name, Tensor target) {
            overwrite(name, target, contents.get(name));
          }
        });
    if (!state().keySet().equals(contents.keySet())) {
      throw new IllegalArgumentException(
          "state of optim=%s must have the tensors %s, got %s"
              .formatted(kind(), state().keySet(), contents.keySet()));
    }
    stepCount = steps;
  }

  private static void overwrite(String name, Tensor target, MemorySegment content) {
    if (content == null || content.byteSize() != target.sizeBytes()) {
      throw new IllegalArgumentException(
          "%s must have %d bytes, got %s"
              .formatted(
                  name, target.sizeBytes(), content == null ? "none" : content.byteSize() + ""));
    }
    target.setBytes(0, content);
  }

  private static long readStep(Path path, String written) {
    if (written == null || !written.matches("\\d{1,18}")) {
      throw new CheckpointFormatException(path + ": step must be an integer >= 0, got " + written);
    }
    return Long.parseLong(written);
  }

  /** Frees the memory of the state. */
  @Override
  public final void close() {
    scope.close();
  }
}
