package io.troupe.nn.registry;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Layer;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * The common part of the entries of classifiers from images to logits.
 *
 * @param <M> the classifier
 */
abstract class ImageClassifierEntry<M extends Module & Layer> implements ModelEntry<M> {
  private final Family family;
  private final String name;
  private final String summary;

  /** An entry of the family of convolutional classifiers. */
  ImageClassifierEntry(String name, String summary) {
    this(Family.CNN, name, summary);
  }

  ImageClassifierEntry(Family family, String name, String summary) {
    this.family = family;
    this.name = name;
    this.summary = summary;
  }

  static Hyperparameter<Integer> inChannels(int byDefault) {
    return Hyperparameter.whole("in_channels", byDefault, 1, 4096, "channels of the images");
  }

  static Hyperparameter<Integer> numClasses(int byDefault) {
    return Hyperparameter.whole("num_classes", byDefault, 1, 1 << 20, "number of classes");
  }

  static Hyperparameter<Double> dropout(String name, double byDefault) {
    return Hyperparameter.real(name, byDefault, 0, 0.99, "dropout probability in training");
  }

  /** The required number of rows and columns of an image. */
  abstract InputSize sideOf(String name, Settings settings);

  /** The setting for the channels of the images. */
  abstract Hyperparameter<Integer> channels();

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Family family() {
    return family;
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public final List<InputTensor> inputs(Settings settings) {
    return List.of(
        InputTensor.images(
            InputSize.exactly("channels", settings.get(channels())),
            sideOf("height", settings),
            sideOf("width", settings)));
  }

  /** The logits of the network, followed by those of auxiliary heads. */
  List<Tensor> logits(M model, Tensor input) {
    return List.of(model.forward(input));
  }

  @Override
  public List<Capability<M>> capabilities() {
    return List.of(new Capability.Classify<>(this::logits));
  }

  @Override
  public final Tensor predict(M model, Map<String, Tensor> inputs) {
    return model.forward(inputs.get("input"));
  }
}
