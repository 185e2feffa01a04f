package io.troupe.actors.supervised;

import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.nn.registry.ModelEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hyperparameters that follow from the data: classes, channels, features, vocabulary. */
final class DataSettings {
  private DataSettings() {}

  /**
   * The hyperparameters of a model for a dataset.
   *
   * @param given hyperparameters of the user, which have precedence
   */
  static Map<String, String> of(ModelEntry<?> entry, DataSplits splits, Map<String, String> given) {
    ExampleSpec spec = splits.train().spec();
    List<Integer> sizes = spec.sizes();
    Map<String, String> known = new LinkedHashMap<>();
    if (spec.numClasses() > 0) {
      known.put("num_classes", Integer.toString(spec.numClasses()));
      known.put(
          "out_channels", Integer.toString(spec.numClasses())); // one per class for each pixel
    }
    switch (spec.kind()) {
      case IMAGE -> {
        known.put("in_channels", Integer.toString(sizes.getFirst()));
        known.put("in_features", Integer.toString(product(sizes)));
        known.put(
            "input_size",
            Integer.toString(sizes.getLast())); // each row of the image is a time step
        known.put("image_size", Integer.toString(sizes.getLast()));
      }
      case FEATURES -> {
        known.put("in_features", Integer.toString(product(sizes)));
        known.put("input_size", Integer.toString(sizes.getLast()));
      }
      case TOKENS -> known.put("vocab_size", Integer.toString(spec.numClasses()));
    }
    Captions.of(splits)
        .ifPresent(
            captions -> {
              known.put("vocab_size", Integer.toString(captions.numIds()));
              known.put("max_position_embeddings", Integer.toString(captions.length()));
            });
    known
        .keySet()
        .removeIf(
            name ->
                entry.hyperparameters().stream().noneMatch(setting -> setting.name().equals(name)));
    known.putAll(given);
    return known;
  }

  private static int product(List<Integer> sizes) {
    return sizes.stream().reduce(1, Math::multiplyExact);
  }
}
