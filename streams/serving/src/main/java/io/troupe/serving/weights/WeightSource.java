package io.troupe.serving.weights;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.tensor.Engine;
import java.nio.file.Path;

/** Where new weights come from. */
public interface WeightSource {
  /** A name for people: the directory, or the run. */
  String name();

  /**
   * Reads and checks the weights completely.
   *
   * @param served the model that they are for; it is not changed
   * @return a model with the weights, which the caller closes
   * @throws IllegalArgumentException if they are damaged
   */
  CausalLM load(CausalLM served, Engine engine);

  /** The weights of a model directory. */
  record Directory(Path folder) implements WeightSource {
    @Override
    public String name() {
      return folder.toString();
    }

    @Override
    public CausalLM load(CausalLM served, Engine engine) {
      return PretrainedModel.load(folder, engine);
    }
  }
}
