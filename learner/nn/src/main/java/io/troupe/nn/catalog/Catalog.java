package io.troupe.nn.catalog;

import io.troupe.nn.entry.ModelEntry;
import io.troupe.nn.generative.AutoencoderEntry;
import io.troupe.nn.generative.DiffusionEntry;
import io.troupe.nn.generative.FlowMatchingEntry;
import io.troupe.nn.generative.VaeEntry;
import io.troupe.nn.graph.GraphClassifierEntry;
import io.troupe.nn.graph.NodeClassifierEntry;
import io.troupe.nn.mlp.MlpEntry;
import io.troupe.nn.recurrent.CharacterModelEntry;
import io.troupe.nn.recurrent.RecurrentClassifierEntry;
import io.troupe.nn.vision.AlexNetEntry;
import io.troupe.nn.vision.GoogLeNetEntry;
import io.troupe.nn.vision.LeNet5Entry;
import io.troupe.nn.vision.ResNetEntry;
import io.troupe.nn.vision.SimpleCNNEntry;
import io.troupe.nn.vision.UNetEntry;
import io.troupe.nn.vision.VGGEntry;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The entries of all models, family by family. */
public final class Catalog {
  private static final List<ModelEntry<?>> VISION_CLASSIFIERS =
      List.of(
          new LeNet5Entry(),
          new SimpleCNNEntry(),
          new AlexNetEntry(),
          new VGGEntry(),
          new GoogLeNetEntry(),
          ResNetEntry.resnet18(),
          ResNetEntry.resnet50());

  private static final List<ModelEntry<?>> ENTRIES =
      Stream.of(
              List.of(new MlpEntry()),
              VISION_CLASSIFIERS,
              RecurrentClassifierEntry.all(),
              CharacterModelEntry.all(),
              NodeClassifierEntry.all(),
              GraphClassifierEntry.all(),
              List.of(new UNetEntry()),
              List.of(
                  new AutoencoderEntry(),
                  new VaeEntry(),
                  new DiffusionEntry(),
                  new FlowMatchingEntry()))
          .<ModelEntry<?>>flatMap(List::stream)
          .toList();

  private Catalog() {}

  /** All entries, in the order in which they are shown. */
  public static List<ModelEntry<?>> entries() {
    return ENTRIES;
  }

  /**
   * The entry of a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that there are
   */
  public static ModelEntry<?> entry(String name) {
    for (ModelEntry<?> entry : ENTRIES) {
      if (entry.name().equals(name)) {
        return entry;
      }
    }
    throw new IllegalArgumentException(
        "there is no model "
            + name
            + ": there are "
            + ENTRIES.stream().map(ModelEntry::name).collect(Collectors.joining(", ")));
  }
}
