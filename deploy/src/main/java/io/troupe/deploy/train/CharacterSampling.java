package io.troupe.deploy.train;

import io.troupe.data.dataset.CharVocabulary;
import io.troupe.nn.recurrent.CharacterLanguageModel;
import io.troupe.nn.recurrent.RecurrentOutput;
import io.troupe.nn.recurrent.RecurrentState;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/**
 * Samples text from a language model over characters, one character at a time.
 *
 * @param model in evaluation mode
 * @param vocabulary of the model
 * @param temperature divides the logits; 0: the most likely character
 * @param engine the compute engine
 */
public record CharacterSampling(
    CharacterLanguageModel model, CharVocabulary vocabulary, double temperature, Engine engine) {
  /** Checks the temperature. */
  public CharacterSampling {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException("temperature must be 0 or more, got " + temperature);
    }
  }

  /**
   * Continues a prompt.
   *
   * @param prompt of characters in the vocabulary; empty to start as after the end of a line
   * @param length number of characters to sample
   * @param random of this text
   * @return the sampled text, without the prompt
   * @throws IllegalArgumentException if the prompt has a character that is not in the vocabulary
   */
  public String continued(String prompt, int length, Philox random) {
    int[] ids = vocabulary.encode(prompt.isEmpty() ? start() : prompt);
    int[] drawn = new int[length];
    Scope state = null;
    RecurrentState before = null;
    try {
      for (int i = 0; i < length; i++) {
        Scope next = engine.longLived("state");
        try (Scope _ = engine.open("character");
            GradMode.NoGrad _ = GradMode.noGrad()) {
          RecurrentOutput output = model.forward(Tensor.of(ids, 1, ids.length), before);
          drawn[i] = draw(output.output().narrow(1, ids.length - 1, 1), random.uniform(i));
          before = kept(next, output.state());
        }
        if (state != null) {
          state.close();
        }
        state = next;
        ids = new int[] {drawn[i]};
      }
    } finally {
      if (state != null) {
        state.close();
      }
    }
    return vocabulary.decode(drawn);
  }

  private String start() {
    String characters = vocabulary.characters();
    return characters.indexOf('\n') >= 0
        ? "\n"
        : characters.substring(0, characters.offsetByCodePoints(0, 1));
  }

  private static RecurrentState kept(Scope scope, RecurrentState state) {
    return new RecurrentState(
        scope.keep(state.h()), state.c() == null ? null : scope.keep(state.c()));
  }

  /** The first character at which the cumulative probability exceeds a number in [0, 1). */
  private int draw(Tensor logits, double uniform) {
    Tensor row = logits.reshape(1, logits.size(-1));
    if (temperature == 0) {
      return row.argmax().toInts()[0];
    }
    double[] probabilities = row.mul(1 / temperature).softmax().toDoubles();
    double sum = 0;
    for (int id = 0; id < probabilities.length; id++) {
      sum += probabilities[id];
      if (uniform < sum) {
        return id;
      }
    }
    return row.argmax().toInts()[0]; // the sum was rounded to below the number
  }
}
