package io.troupe.nn.registry;

import io.troupe.nn.dpt.DptConfigJson;
import io.troupe.nn.dpt.DptSegmentationModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The entry of DPT for segmentation. */
public final class DptSegmentationEntry implements ModelEntry<DptSegmentationModel> {
  private static final Hyperparameter<Integer> OUT_CHANNELS =
      Hyperparameter.whole("out_channels", 150, 1, 1 << 20, "logits of each pixel");

  @Override
  public String name() {
    return "dpt_segmentation";
  }

  @Override
  public Family family() {
    return Family.VISION;
  }

  @Override
  public String summary() {
    return "DPT: a class of each pixel, as transformers' DPTForSemanticSegmentation";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return DptSettings.with(OUT_CHANNELS);
  }

  @Override
  public DptSegmentationModel build(Settings settings, Initializer initializer) {
    return new DptSegmentationModel(
        DptSettings.config(settings), settings.get(OUT_CHANNELS), initializer);
  }

  @Override
  public Optional<ConfigJson> libraryConfig(Settings settings) {
    return Optional.of(
        DptConfigJson.ofSegmentation(DptSettings.config(settings), settings.get(OUT_CHANNELS)));
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return DptSettings.inputs(settings);
  }

  @Override
  public Tensor predict(DptSegmentationModel model, Map<String, Tensor> inputs) {
    return model.classify(inputs.get("input"));
  }

  @Override
  public List<Capability<DptSegmentationModel>> capabilities() {
    return List.of(
        new Capability.Classify<>(
            (model, input) ->
                model.isTraining() ? model.logitsOfPixels(input) : List.of(model.classify(input))));
  }
}
