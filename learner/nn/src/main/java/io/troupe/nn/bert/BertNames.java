package io.troupe.nn.bert;

import io.troupe.nn.checkpoint.WeightNames;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names in files of weights: those of the model, with or without the prefix {@code bert.}, and
 * with {@code gamma} and {@code beta} for the norms, as in the first published files.
 *
 * @param numHiddenLayers encoder layers of the model
 * @param hasNewHead whether tensors outside the encoder may be missing; the model keeps its own
 */
public record BertNames(int numHiddenLayers, boolean hasNewHead) implements WeightNames {
  private static final String PREFIX = "bert.";
  private static final Pattern LAYER =
      Pattern.compile("(?:bert\\.)?encoder\\.layer\\.(\\d{1,9})\\..*");
  private static final Pattern IGNORED =
      Pattern.compile("(bert\\.)?embeddings\\.position_ids|cls\\.predictions\\.decoder\\..*");

  /** The names for a network of these parameters. */
  public static BertNames of(Set<String> parameters) {
    int layers = 1 + parameters.stream().mapToInt(BertNames::layer).max().orElse(-1);
    return new BertNames(layers, false);
  }

  /** These names for a model whose head is not in the files. */
  public BertNames withNewHead() {
    return new BertNames(numHiddenLayers, true);
  }

  private static int layer(String tensor) {
    Matcher matcher = LAYER.matcher(tensor);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  @Override
  public Optional<String> stored(String tensor, Set<String> files) {
    String bare = tensor.startsWith(PREFIX) ? tensor.substring(PREFIX.length()) : tensor;
    return Stream.of(tensor, bare, firstPublished(tensor)).filter(files::contains).findFirst();
  }

  private static String firstPublished(String tensor) {
    return tensor
        .replaceFirst("LayerNorm\\.weight$", "LayerNorm.gamma")
        .replaceFirst("LayerNorm\\.bias$", "LayerNorm.beta");
  }

  /** Skips copies of the tied output layer, and reports other heads; rejects further layers. */
  @Override
  public ExtraTensor extra(String stored) {
    if (IGNORED.matcher(stored).matches()) {
      return ExtraTensor.IGNORED;
    }
    return layer(stored) >= numHiddenLayers ? ExtraTensor.REJECTED : ExtraTensor.REPORTED;
  }

  @Override
  public boolean mayBeMissing(String tensor) {
    boolean isOfHead = !tensor.startsWith(PREFIX) || tensor.startsWith(PREFIX + "pooler.");
    return hasNewHead && isOfHead;
  }
}
