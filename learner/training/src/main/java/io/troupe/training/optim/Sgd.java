package io.troupe.training.optim;

import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import java.util.LinkedHashMap;
import java.util.Map;

/** Stochastic gradient descent with momentum, as {@code torch.optim.SGD}. */
public final class Sgd extends Optimizer {
  private static final String BUFFER = "momentum_buffer.";

  private final OptimizerConfig.Sgd config;
  private final Map<String, Tensor> momentumBuffers = new LinkedHashMap<>();

  Sgd(OptimizerConfig.Sgd config, Map<String, Tensor> parameters) {
    super(config, parameters);
    this.config = config;
  }

  @Override
  void update(
      String name, Tensor parameter, Tensor grad, double lr, double weightDecay, double gradScale) {
    boolean first = config.momentum() > 0 && !momentumBuffers.containsKey(name);
    Tensor buffer =
        config.momentum() > 0
            ? momentumBuffers.computeIfAbsent(name, n -> zerosLike(parameter))
            : null;
    Backend.of(parameter)
        .optimizer()
        .sgd(
            parameter,
            grad,
            buffer,
            lr,
            config.momentum(),
            config.dampening(),
            weightDecay,
            config.nesterov(),
            first,
            gradScale);
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    momentumBuffers.forEach((name, buffer) -> state.put(BUFFER + name, buffer));
    return state;
  }

  @Override
  void restoreState(StateSource source) {
    parameters()
        .forEach(
            (name, parameter) -> {
              if (source.contains(BUFFER + name)) {
                Tensor buffer = momentumBuffers.computeIfAbsent(name, n -> zerosLike(parameter));
                source.read(BUFFER + name, buffer);
              } else if (momentumBuffers.containsKey(name)) {
                scope().release(momentumBuffers.remove(name));
              }
            });
  }

  @Override
  String kind() {
    return "sgd";
  }
}
