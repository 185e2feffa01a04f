package io.troupe.serving.weights;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Changes the weights of a model directory. */
public final class OtherWeights {
  private OtherWeights() {}

  /** Multiplies the values of every parameter by 1.25. */
  public static void write(Path folder) {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        CausalLM model = PretrainedModel.load(folder, engine)) {
      try (Scope _ = engine.open("other weights");
          GradMode.NoGrad _ = GradMode.noGrad()) {
        model.namedParameters().values().forEach(p -> p.copyFrom(p.mul(1.25)));
      }
      PretrainedModel.save(model, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
