package io.troupe.nn.clip;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;

/**
 * CLIP (arXiv:2103.00020): encoders of images and texts into one space, in which an image is near
 * the texts that describe it. Names of transformers' {@code CLIPModel}.
 */
public final class ClipModel extends Module {
  /** ln(1 / 0.07), section 2.5 of the paper. */
  private static final double INITIAL_LOGIT_SCALE = 2.6592;

  private static final double TINY = 1e-24;

  private final ClipConfig config;
  private final Tensor logitScale;
  private final ClipTextModel textModel;
  private final ClipVisionModel visionModel;
  private final Linear visualProjection;
  private final Linear textProjection;

  /** A model with OpenAI's initial values. */
  public ClipModel(ClipConfig config, Initializer initializer) {
    this.config = config;
    int dim = config.projectionDim();
    int ofText = config.text().encoder().hiddenSize();
    int ofImage = config.vision().encoder().hiddenSize();
    this.logitScale =
        parameter("logit_scale", initializer.constant(INITIAL_LOGIT_SCALE, new int[0]));
    this.textModel = child("text_model", new ClipTextModel(config.text(), initializer));
    this.visionModel = child("vision_model", new ClipVisionModel(config.vision(), initializer));
    this.visualProjection = child("visual_projection", projection(ofImage, dim, initializer));
    this.textProjection = child("text_projection", projection(ofText, dim, initializer));
  }

  private static Linear projection(int features, int dim, Initializer initializer) {
    return Linear.normal(features, dim, false, 1 / Math.sqrt(features), initializer);
  }

  /** The settings. */
  public ClipConfig config() {
    return config;
  }

  /** The text encoder. */
  public ClipTextModel textModel() {
    return textModel;
  }

  /** The logarithm of the inverse temperature; a scalar parameter. */
  public Tensor logitScale() {
    return logitScale;
  }

  /**
   * Images as unit vectors.
   *
   * @param images (batch, channels, imageSize, imageSize)
   * @return (batch, projectionDim)
   */
  public Tensor imageFeatures(Tensor images) {
    return unit(visualProjection.forward(visionModel.features(images)));
  }

  /**
   * Texts as unit vectors.
   *
   * @param ids INT32 (batch, length)
   * @return (batch, projectionDim)
   */
  public Tensor textFeatures(Tensor ids) {
    return unit(textProjection.forward(textModel.features(ids)));
  }

  private static Tensor unit(Tensor rows) {
    Tensor squares = rows.mul(rows).sum(1).clamp(TINY, Double.POSITIVE_INFINITY);
    return rows.div(squares.sqrt().reshape(rows.size(0), 1));
  }

  /**
   * The scaled similarity of each image with each text, transformers' {@code logits_per_image}.
   *
   * @param images (images, channels, imageSize, imageSize)
   * @param ids INT32 (texts, length)
   * @return (images, texts)
   */
  public Tensor forward(Tensor images, Tensor ids) {
    return similarity(imageFeatures(images), textFeatures(ids), logitScale);
  }

  /** The products of unit vectors times the exponential of a scale. */
  static Tensor similarity(Tensor images, Tensor texts, Tensor logScale) {
    return images.matmul(texts.transpose(0, 1)).mul(logScale.exp());
  }
}
