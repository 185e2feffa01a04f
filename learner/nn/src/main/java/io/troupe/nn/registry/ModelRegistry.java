package io.troupe.nn.registry;

import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The entries of all models, grouped by family. */
public final class ModelRegistry {
  private static final List<ModelEntry<?>> VISION_CLASSIFIERS =
      List.of(
          new LeNet5Entry(),
          new SimpleCNNEntry(),
          new AlexNetEntry(),
          new VGGEntry(),
          new GoogLeNetEntry(),
          ResNetEntry.resnet18(),
          ResNetEntry.resnet50());

  private static final List<ModelEntry<?>> VISION_TRANSFORMERS =
      List.of(ViTEntry.tiny(), ViTEntry.base(), new DeiTEntry(), new SwinEntry());

  /** Models that are trained on a dataset of examples. */
  private static final List<ModelEntry<?>> SUPERVISED =
      Stream.of(
              List.of(new MlpEntry()),
              VISION_CLASSIFIERS,
              VISION_TRANSFORMERS,
              RecurrentClassifierEntry.all(),
              CharacterModelEntry.all(),
              NodeClassifierEntry.all(),
              GraphClassifierEntry.all(),
              HeteroEntry.all(),
              List.of(new EgnnEntry(), new ParticleGnnEntry()),
              List.of(
                  new UNetEntry(),
                  new DptDepthEntry(),
                  new DptSegmentationEntry(),
                  new ClipEntry()),
              List.of(
                  new AutoencoderEntry(),
                  new VaeEntry(),
                  new AutoencoderKLEntry(),
                  new LatentDiffusionEntry(),
                  new ControlNetEntry(),
                  new DiffusionEntry(),
                  new FlowMatchingEntry()),
              AdversarialEntry.all(),
              List.of(new StyleGan2Entry(), new CycleGanEntry()),
              BertEntry.all())
          .<ModelEntry<?>>flatMap(List::stream)
          .toList();

  private static final List<LanguageModelEntry<?>> LANGUAGE_MODELS =
      Stream.of(
              List.of(LlamaEntry.llama(), LlamaEntry.qwen2()),
              DecoderFamilies.all(),
              List.of(new Gpt2Entry()))
          .<LanguageModelEntry<?>>flatMap(List::stream)
          .toList();

  private ModelRegistry() {}

  /** All entries, in the order in which they are listed. */
  public static List<ModelEntry<?>> entries() {
    return Stream.<ModelEntry<?>>concat(SUPERVISED.stream(), LANGUAGE_MODELS.stream()).toList();
  }

  /** The models that are trained on a dataset of examples. */
  public static List<ModelEntry<?>> supervised() {
    return SUPERVISED;
  }

  /** The names of the models that have a capability, in the order in which they are listed. */
  public static List<String> namesWith(Class<?> capability) {
    return entries().stream().filter(entry -> entry.has(capability)).map(ModelEntry::name).toList();
  }

  /**
   * The entry with a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static ModelEntry<?> entry(String name) {
    return named(entries(), name);
  }

  /**
   * The entry with a name, for training on a dataset of examples.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ModelEntry<?> supervised(String name) {
    if (entry(name).has(Capability.Decode.class)) {
      throw new IllegalArgumentException(
          "model must be trained on examples, got the language model "
              + name
              + ": language models are trained by troupe simulate --model FOLDER");
    }
    return named(SUPERVISED, name);
  }

  private static ModelEntry<?> named(List<ModelEntry<?>> entries, String name) {
    for (ModelEntry<?> entry : entries) {
      if (entry.name().equals(name)) {
        return entry;
      }
    }
    throw new IllegalArgumentException(
        "model must be one of "
            + entries.stream().map(ModelEntry::name).collect(Collectors.joining(", "))
            + ", got "
            + name);
  }

  /**
   * The family that a {@code config.json} names by its {@code model_type}, or, where that is
   * missing, by its {@code architectures}.
   *
   * @throws IllegalArgumentException if it names none that is supported
   */
  public static LanguageModelEntry<?> languageModel(ConfigJson config) {
    String modelType = config.text("model_type", "");
    List<String> architectures = config.texts("architectures");
    for (LanguageModelEntry<?> entry : LANGUAGE_MODELS) {
      boolean matches =
          modelType.isEmpty()
              ? architectures.contains(entry.architecture())
              : modelType.equals(entry.name());
      if (matches) {
        return entry;
      }
    }
    throw new IllegalArgumentException(
        "model_type must be one of "
            + LANGUAGE_MODELS.stream()
                .map(ModelEntry::name)
                .sorted()
                .collect(Collectors.joining(", "))
            + ", got "
            + config.shown("model_type"));
  }
}
