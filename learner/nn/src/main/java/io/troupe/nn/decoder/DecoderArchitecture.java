package io.troupe.nn.decoder;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Norm;
import io.troupe.nn.layers.RMSNorm;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A family of decoders: its sizes and the parts of its layers. Implementations are configuration
 * records, one per family.
 */
public interface DecoderArchitecture {
  /** The settings that every family has. */
  DecoderConfig config();

  /** The rotary embeddings that layers use; {@link Positions.Rotary} refers to them by index. */
  List<RotaryTable> rotaryTables();

  /**
   * Creates a layer in the current scope.
   *
   * @param index from 0
   */
  DecoderLayer layer(int index, Initializer initializer);

  /** Creates a norm over {@code features} in the current scope (default: {@link RMSNorm}). */
  default Norm norm(int features, Initializer initializer) {
    return new RMSNorm(features, config().rmsNormEps(), initializer);
  }

  /** Changes the embeddings of the tokens, (rows, hidden) (default: returns them). */
  default Tensor embedded(Tensor embeddings) {
    return embeddings;
  }

  /** Changes the logits, (rows, vocab) (default: returns them). */
  default Tensor logits(Tensor projected) {
    return projected;
  }

  /**
   * The coefficient of the load-balancing loss of the routers; empty if it is not part of training
   * (default).
   */
  default OptionalDouble routerLossCoefficient() {
    return OptionalDouble.empty();
  }

  /**
   * The coefficient in a file: {@code router_aux_loss_coef}, if {@code output_router_logits} is
   * true.
   */
  static OptionalDouble routerLossCoefficient(ConfigJson json) {
    return json.flag("output_router_logits", false)
        ? OptionalDouble.of(json.number("router_aux_loss_coef", 0.001))
        : OptionalDouble.empty();
  }

  /**
   * The number of weights, biases and norms aside; a double, since the product of the sizes in a
   * file may exceed a long.
   */
  default double numParameters() {
    return config().numParameters(3.0 * config().intermediateSize());
  }
}
