package io.troupe.actors.supervised;

import io.troupe.data.dataset.Normalization;
import io.troupe.nn.clip.ClipModel;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.schedulers.BetaSchedule;
import io.troupe.protocols.config.DiffusionConfig;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.training.diffusion.CaptionCheck;
import io.troupe.training.diffusion.DenoisingSettings;
import io.troupe.training.diffusion.SamplingSettings;
import java.util.Optional;
import java.util.OptionalDouble;

/** The settings of a training that learns to predict the noise of latents. */
final class DenoisingChoices {
  private static final String EVAL_CLIP = "eval-clip";
  private static final int IMAGE_RANK = 4;

  private DenoisingChoices() {}

  /** The settings of a run; a model that checks captions is loaded into the current scope. */
  static DenoisingSettings of(TrainConfig config, Captions captions, BetaSchedule betas) {
    DiffusionConfig given = config.diffusion();
    if (given.numInferenceSteps() > betas.numTrainTimesteps()) {
      throw new IllegalArgumentException(
          "num-inference-steps must be at most the %d timesteps of training, got %d"
              .formatted(betas.numTrainTimesteps(), given.numInferenceSteps()));
    }
    return new DenoisingSettings(
        betas,
        given.proportionEmptyPrompts(),
        given.snrGamma() == 0 ? OptionalDouble.empty() : OptionalDouble.of(given.snrGamma()),
        new SamplingSettings(given.numInferenceSteps(), given.guidanceScale(), config.seed()),
        given.evalClip().isEmpty()
            ? Optional.empty()
            : Optional.of(check(given.evalClip(), captions)));
  }

  private static CaptionCheck check(String file, Captions captions) {
    TrainedWeights trained = TrainedWeights.load(EVAL_CLIP, file);
    ClipModel clip = trained.clip(EVAL_CLIP);
    trained.model().requireImages(SupervisedSetup.shapeOf(captions.splits().train().spec()));
    captions.requireReader(EVAL_CLIP, clip.textModel().config());
    Layer inputs =
        Renormalization.of(Normalization.NONE, trained.channels().normalization(), IMAGE_RANK);
    return new CaptionCheck(clip, inputs::forward, captions.candidates());
  }
}
