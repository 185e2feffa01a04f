package io.troupe.nn.registry;

import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.StateDictNames;
import io.troupe.nn.checkpoint.WeightNames;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.vision.GoogLeNet;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The entry of GoogLeNet. */
public final class GoogLeNetEntry extends ImageClassifierEntry<GoogLeNet> {
  private static final Hyperparameter<Integer> IN_CHANNELS = inChannels(3);
  private static final Hyperparameter<Integer> NUM_CLASSES = numClasses(1000);
  private static final Hyperparameter<Boolean> AUX_LOGITS =
      Hyperparameter.flag(
          "aux_logits",
          false,
          "whether there are auxiliary heads, which are used in training only");
  private static final Hyperparameter<Boolean> TRANSFORM_INPUT =
      Hyperparameter.flag(
          "transform_input",
          false,
          "whether images normalized for ImageNet are renormalized for torchvision's weights");
  private static final Hyperparameter<Double> DROPOUT = dropout("dropout", 0.2);
  private static final Hyperparameter<Double> DROPOUT_AUX = dropout("dropout_aux", 0.7);

  /** The entry named {@code googlenet}. */
  public GoogLeNetEntry() {
    super("googlenet", "GoogLeNet with batch norms, as torchvision's");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(IN_CHANNELS, NUM_CLASSES, AUX_LOGITS, TRANSFORM_INPUT, DROPOUT, DROPOUT_AUX);
  }

  @Override
  public GoogLeNet build(Settings settings, Initializer initializer) {
    int inChannels = settings.get(IN_CHANNELS);
    boolean transformInput = settings.get(TRANSFORM_INPUT);
    if (transformInput && inChannels != 3) {
      throw new IllegalArgumentException(
          "googlenet: in_channels must be 3 for transform_input=true, got " + inChannels);
    }
    return new GoogLeNet(
        inChannels,
        settings.get(NUM_CLASSES),
        settings.get(AUX_LOGITS),
        transformInput,
        settings.get(DROPOUT),
        settings.get(DROPOUT_AUX),
        initializer);
  }

  /** Published files contain the auxiliary heads, which inference does not need. */
  @Override
  public WeightNames weightNames(Module module) {
    return StateDictNames.ignoring(name -> name.startsWith("aux1.") || name.startsWith("aux2."));
  }

  /** The logits of the network, followed by those of its auxiliary heads. */
  @Override
  List<Tensor> logits(GoogLeNet model, Tensor input) {
    GoogLeNet.Outputs outputs = model.forwardWithAuxiliary(input);
    List<Tensor> all = new ArrayList<>(List.of(outputs.logits()));
    all.addAll(outputs.auxiliary());
    return all;
  }

  @Override
  InputSize sideOf(String name, Settings settings) {
    return InputSize.atLeast(name, 15);
  }

  @Override
  Hyperparameter<Integer> channels() {
    return IN_CHANNELS;
  }
}
