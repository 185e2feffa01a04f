package io.troupe.rollout;

import io.troupe.nn.lm.CausalLM;
import java.util.HashMap;
import java.util.Map;

/** Writes the weights of a policy version into a model; versions differ in every parameter. */
public final class WeightVersions {
  private final CausalLM model;
  private final Map<String, float[]> original = new HashMap<>();

  /** Versions of a model, whose weights are version 0. */
  public WeightVersions(CausalLM model) {
    this.model = model;
    model.namedParameters().forEach((name, tensor) -> original.put(name, tensor.toFloats()));
  }

  /** Writes a version; returns its number. */
  public long write(long version) {
    model
        .namedParameters()
        .forEach(
            (name, tensor) -> {
              float[] weights = original.get(name).clone();
              for (int i = 0; i < weights.length; i++) {
                weights[i] *= (float) (1 + (version == 0 ? 0 : 0.3 * Math.sin(version * 7 + i)));
              }
              tensor.setFloats(weights);
            });
    return version;
  }
}
