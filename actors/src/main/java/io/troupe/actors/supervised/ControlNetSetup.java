package io.troupe.actors.supervised;

import io.troupe.data.shapes.ColorEdges;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.pipelines.DiffusionPipeline;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.LatentDiffusionEntry;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.schedulers.BetaSchedule;
import io.troupe.nn.schedulers.DiffusionScheduler;
import io.troupe.nn.schedulers.PredictionType;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.streams.batch.LastBatch;
import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.training.diffusion.ControlNetTask;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sets up a ControlNet for the pipeline in a directory of diffusers. It starts with the weights of
 * the pipeline's network. The result of the run is a directory of a ControlNet in their layout.
 */
final class ControlNetSetup {
  private ControlNetSetup() {}

  static SupervisedSetup of(TrainConfig config, ModelEntry<?> entry, Scope weights) {
    Captions captions = DiffusionSetup.captioned(config, entry);
    try (Scope.Entered _ = weights.enter()) {
      DiffusionPipeline pipeline = pipeline(config, captions);
      UNet2DConditionModel unet = pipeline.unet();
      Map<String, String> settings =
          new LinkedHashMap<>(LatentDiffusionEntry.settingsOf(unet.config()));
      settings.putAll(config.modelSettings());
      BuiltModel<?> model =
          entry.create(entry.settings(settings), Initializer.of(DType.FLOAT32, config.seed()));
      ControlNetModel control = model.controlNet().orElseThrow();
      requireFits(pipeline, control);
      control.copyFrom(unet);
      BetaSchedule betas = noiseOf(pipeline);
      return new SupervisedSetup(
          model,
          new TrainingData(captions.splits(), config, LastBatch.KEEP),
          new ControlNetTask(
              pipeline, control, DenoisingChoices.of(config, captions, betas), ColorEdges::of),
          folder -> DiffusionPipeline.saveControlNet(folder, control));
    }
  }

  private static DiffusionPipeline pipeline(TrainConfig config, Captions captions) {
    String folder = config.diffusion().pipeline();
    if (folder.isEmpty()) {
      throw new IllegalArgumentException(
          "pipeline must be a directory in the layout of diffusers, such as the result of"
              + " train latent-diffusion, got none");
    }
    try {
      DiffusionPipeline pipeline = DiffusionPipeline.load(Path.of(folder));
      captions.requireReader("pipeline", pipeline.textEncoder().config());
      return pipeline;
    } catch (CheckpointFormatException e) {
      throw new IllegalArgumentException("pipeline: " + e.getMessage(), e);
    }
  }

  /** The noise of a pipeline whose network predicts it. */
  private static BetaSchedule noiseOf(DiffusionPipeline pipeline) {
    if (pipeline.scheduler() instanceof DiffusionScheduler scheduler
        && scheduler.prediction() == PredictionType.EPSILON) {
      return scheduler.betas();
    }
    throw new IllegalArgumentException(
        "pipeline must have a scheduler of a diffusion model with prediction_type=epsilon, got "
            + pipeline.scheduler());
  }

  private static void requireFits(DiffusionPipeline pipeline, ControlNetModel control) {
    int reduction = 1 << (control.config().embeddingChannels().size() - 1);
    if (reduction != pipeline.vae().config().reduction()) {
      throw new IllegalArgumentException(
          "conditioning_embedding_out_channels must have %d numbers for the vae of the pipeline, got %s"
              .formatted(
                  pipeline.vae().config().channels().size(), control.config().embeddingChannels()));
    }
  }
}
