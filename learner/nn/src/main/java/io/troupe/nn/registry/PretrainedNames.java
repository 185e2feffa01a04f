package io.troupe.nn.registry;

import io.troupe.nn.checkpoint.WeightNames;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in a Hugging Face folder: those of the model, or those of the model without its head.
 *
 * @param basePrefix the prefix that files written from the model without its head omit
 * @param transposed names of the matrices that files store as (in, out)
 * @param buffers names in files that are not parameters, such as stored masks
 * @param hasHead whether the model has an output layer of its own
 * @param numHiddenLayers decoder layers of the model
 */
public record PretrainedNames(
    String basePrefix, Pattern transposed, Pattern buffers, boolean hasHead, int numHiddenLayers)
    implements WeightNames {
  private static final String HEAD = "lm_head.weight";
  private static final Pattern NONE = Pattern.compile("(?!)");
  private static final Pattern LAYER =
      Pattern.compile("(?:model\\.layers|transformer\\.h)\\.(\\d{1,9})\\..*");

  /** The names of a family whose files store every matrix as the model does. */
  static PretrainedNames of(String basePrefix, String buffers) {
    return new PretrainedNames(basePrefix, NONE, Pattern.compile(buffers), true, 0);
  }

  /** The same names; files store matrices with these names as (in, out). */
  PretrainedNames withTransposed(String matrices) {
    return new PretrainedNames(
        basePrefix, Pattern.compile(matrices), buffers, hasHead, numHiddenLayers);
  }

  /** The names for a model with these parameters. */
  PretrainedNames forModel(Set<String> parameters) {
    int layers = 1 + parameters.stream().mapToInt(PretrainedNames::layer).max().orElse(-1);
    return new PretrainedNames(basePrefix, transposed, buffers, parameters.contains(HEAD), layers);
  }

  /** The index of the layer that a tensor belongs to; -1 if it does not belong to a layer. */
  private static int layer(String tensor) {
    Matcher matcher = LAYER.matcher(tensor);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  @Override
  public Optional<String> stored(String tensor, Set<String> files) {
    String bare = tensor.startsWith(basePrefix) ? tensor.substring(basePrefix.length()) : tensor;
    return files.contains(tensor) ? Optional.of(tensor) : Optional.of(bare).filter(files::contains);
  }

  @Override
  public boolean isTransposed(String tensor) {
    return transposed.matcher(tensor).matches();
  }

  /**
   * Skips stored masks and a copy of a tied head, and reports tensors that the model has no place
   * for, such as a value head. Rejects a layer beyond the number of layers: without it the model
   * would compute something else.
   */
  @Override
  public ExtraTensor extra(String stored) {
    if (buffers.matcher(stored).matches() || (!hasHead && stored.equals(HEAD))) {
      return ExtraTensor.IGNORED;
    }
    int layer = layer(stored.startsWith(basePrefix) ? stored : basePrefix + stored);
    return layer >= numHiddenLayers ? ExtraTensor.REJECTED : ExtraTensor.REPORTED;
  }
}
