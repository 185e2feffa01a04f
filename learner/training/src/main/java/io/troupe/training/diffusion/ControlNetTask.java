package io.troupe.training.diffusion;

import io.troupe.nn.Module;
import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.diffusers.TextContext;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.nn.pipelines.Control;
import io.troupe.nn.pipelines.DiffusionPipeline;
import io.troupe.nn.pipelines.NoisedLatents;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Trains a ControlNet (Zhang et al. 2023, arXiv:2302.05543) on images with captions. It learns to
 * make a trained pipeline, which does not change, draw the edges that a detector finds in the
 * images. Empty captions make it read the edges also where a text does not help (section 3.3).
 */
public final class ControlNetTask extends NoisePrediction {
  private final UNet2DConditionModel unet;
  private final ControlNetModel control;
  private final EdgeDetector edges;

  /** Finds the edges of objects in images. */
  @FunctionalInterface
  public interface EdgeDetector {
    /**
     * The edges of one image.
     *
     * @param image (channels, height, width), in [0, 1]
     * @return 1 on edges and 0 elsewhere, (height, width)
     */
    float[] edges(float[] image, int height, int width);
  }

  /**
   * A training of a ControlNet for a pipeline.
   *
   * @param edges finds the edges of images and of samples
   */
  public ControlNetTask(
      DiffusionPipeline pipeline,
      ControlNetModel control,
      DenoisingSettings settings,
      EdgeDetector edges) {
    super(pipeline, settings, List.of(pipeline.vae(), pipeline.textEncoder(), pipeline.unet()));
    this.unet = pipeline.unet();
    this.control = control;
    this.edges = edges;
  }

  @Override
  public Module module() {
    return control;
  }

  @Override
  Tensor predicted(NoisedLatents noised, TextContext texts, MiniBatch batch) {
    Tensor sample = noised.sample();
    double[] timesteps = noised.timesteps();
    UNet2DConditionModel.Residuals residuals =
        control.forward(sample, timesteps, texts, condition(batch), 1);
    return unet.forward(sample, timesteps, texts, residuals, null);
  }

  @Override
  List<Control> controls(MiniBatch batch) {
    return List.of(new Control(control, condition(batch), 1));
  }

  /** The edges of the images of a batch, with the channels that the ControlNet reads. */
  private Tensor condition(MiniBatch batch) {
    Tensor images = BatchTensors.of(batch, "input");
    Shape one = Shape.of(1, 1, images.size(2), images.size(3));
    List<Tensor> found = new ArrayList<>();
    for (int i = 0; i < images.size(0); i++) {
      found.add(Tensor.of(edges(images.slice(i)), one.sizes()));
    }
    int channels = control.config().conditionChannels();
    return Indexing.cat(1, Collections.nCopies(channels, Indexing.cat(0, found)));
  }

  private float[] edges(Tensor image) {
    return edges.edges(image.toFloats(), image.size(1), image.size(2));
  }

  /** Adds {@code edge_iou}: the pixels that are edges in both, over those that are in either. */
  @Override
  void measure(MiniBatch batch, Tensor samples, Tally tally) {
    super.measure(batch, samples, tally);
    Tensor images = BatchTensors.of(batch, "input");
    for (int i = 0; i < samples.size(0); i++) {
      float[] found = edges(samples.slice(i));
      float[] wanted = edges(images.slice(i));
      int both = 0;
      int either = 0;
      for (int pixel = 0; pixel < found.length; pixel++) {
        boolean isFound = found[pixel] == 1;
        boolean isWanted = wanted[pixel] == 1;
        both += isFound && isWanted ? 1 : 0;
        either += isFound || isWanted ? 1 : 0;
      }
      tally.add("edge_iou", both, either);
    }
  }
}
