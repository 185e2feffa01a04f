package io.troupe.rollout.pretrained;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.rollout.tokenizer.VocabularyCheck;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.nio.file.Path;

/**
 * A model directory in memory: a model that only decodes, and its tokenizer. The caller closes it
 * when nothing computes with the model any more.
 *
 * @param folder the model directory
 * @param engine computes; owned by this
 * @param model with packed weights
 * @param tokenizer of the same directory
 */
public record PretrainedPolicy(Path folder, Engine engine, CausalLM model, Tokenizer tokenizer)
    implements AutoCloseable {

  /**
   * Loads a model directory.
   *
   * @param threads of the compute pool; 0 for one per core
   * @throws IllegalArgumentException if the folder has no model with a tokenizer that fits it
   */
  public static PretrainedPolicy load(Path folder, int threads) {
    Engine engine = Engine.of(CpuBackend.create(threads));
    CausalLM model = null;
    Tokenizer tokenizer = null;
    try {
      model = PretrainedModel.load(folder, engine);
      tokenizer = AutoTokenizer.load(folder);
      VocabularyCheck.warn(folder, model.config(), tokenizer);
      model.storePacked();
      return new PretrainedPolicy(folder, engine, model, tokenizer);
    } catch (RuntimeException | Error e) {
      if (tokenizer != null) {
        tokenizer.close();
      }
      if (model != null) {
        model.close();
      }
      engine.close();
      throw e;
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    model.close();
    engine.close();
  }
}
