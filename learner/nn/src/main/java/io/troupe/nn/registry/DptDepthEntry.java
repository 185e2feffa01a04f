package io.troupe.nn.registry;

import io.troupe.nn.dpt.DptConfigJson;
import io.troupe.nn.dpt.DptDepthModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The entry of DPT for depth. */
public final class DptDepthEntry implements ModelEntry<DptDepthModel> {
  @Override
  public String name() {
    return "dpt_depth";
  }

  @Override
  public Family family() {
    return Family.VISION;
  }

  @Override
  public String summary() {
    return "DPT: the depth of each pixel, as transformers' DPTForDepthEstimation";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return DptSettings.with();
  }

  @Override
  public DptDepthModel build(Settings settings, Initializer initializer) {
    return new DptDepthModel(DptSettings.config(settings), initializer);
  }

  @Override
  public Optional<ConfigJson> libraryConfig(Settings settings) {
    return Optional.of(DptConfigJson.ofDepth(DptSettings.config(settings)));
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return DptSettings.inputs(settings);
  }

  @Override
  public Tensor predict(DptDepthModel model, Map<String, Tensor> inputs) {
    return model.depthOfPixels(inputs.get("input"));
  }

  @Override
  public List<Capability<DptDepthModel>> capabilities() {
    return List.of(new Capability.EstimateDepth<>(DptDepthModel::depthOfPixels));
  }
}
