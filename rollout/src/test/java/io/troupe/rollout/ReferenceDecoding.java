package io.troupe.rollout;

import io.troupe.nn.ReferenceModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.Map;

/**
 * A reference model with an engine of its own and a character tokenizer of 61 tokens, as many as
 * the models have.
 */
public final class ReferenceDecoding implements AutoCloseable {
  /** Tokens 3 to 60. */
  public static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz012345";

  private final Engine engine;
  private final CausalLM model;
  private final Tokenizer tokenizer = new CharacterTokenizer(ALPHABET);

  /** Loads a model that computes with so many threads. */
  public ReferenceDecoding(String name, int threads) {
    engine = Engine.of(CpuBackend.create(threads));
    model = PretrainedModel.load(ReferenceModel.named(name).folder(), engine);
  }

  /** The model. */
  public CausalLM model() {
    return model;
  }

  /** A token per letter. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Where it computes. */
  public Engine engine() {
    return engine;
  }

  /** A prompt of tokens. */
  public static Prompt prompt(long id, int... tokenIds) {
    return new Prompt(id, "", tokenIds, Map.of());
  }

  @Override
  public void close() {
    model.close();
    engine.close();
  }
}
