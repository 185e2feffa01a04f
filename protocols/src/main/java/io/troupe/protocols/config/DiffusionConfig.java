package io.troupe.protocols.config;

import com.typesafe.config.Config;

/**
 * Training of latent diffusion and of ControlNets.
 *
 * @param vae weights of the autoencoder; empty for models without one
 * @param textEncoder weights of the CLIP model whose text encoder reads captions
 * @param pipeline directory of the pipeline that a ControlNet is trained for
 * @param proportionEmptyPrompts fraction of the training captions that are replaced by the empty
 *     text
 * @param snrGamma signal-to-noise ratio above which samples have less weight in the loss; 0 for
 *     equal weights
 * @param evalClip weights of a CLIP model that looks for the captions of samples; empty for none
 * @param evalSamples number of test examples for which samples are measured
 * @param numInferenceSteps steps of a sample
 * @param guidanceScale guidance of samples
 */
public record DiffusionConfig(
    String vae,
    String textEncoder,
    String pipeline,
    double proportionEmptyPrompts,
    double snrGamma,
    String evalClip,
    int evalSamples,
    int numInferenceSteps,
    double guidanceScale) {
  static final Section SECTION =
      Section.of("diffusion", "Latent diffusion and ControlNets, trained on captions.");

  private static final Key<String> VAE =
      SECTION.add(
          "vae",
          ValueType.PATH,
          "",
          "Weights of a run of autoencoder-kl, with the model.json beside them. latent-diffusion"
              + " learns in its latents and does not change it.");
  private static final Key<String> TEXT_ENCODER =
      SECTION.add(
          "text-encoder",
          ValueType.PATH,
          "",
          "Weights of a run of clip, with the model.json beside them. Its text encoder reads the"
              + " captions of latent-diffusion and does not change.");
  private static final Key<String> PIPELINE =
      SECTION.add(
          "pipeline",
          ValueType.PATH,
          "",
          "Directory in the layout of diffusers, such as the result of latent-diffusion, for which"
              + " controlnet is trained. It does not change.");
  private static final Key<Double> PROPORTION_EMPTY_PROMPTS =
      SECTION.add(
          "proportion-empty-prompts",
          ValueType.DOUBLE,
          0.1,
          Range.between(0, 1),
          "Fraction of the training captions that are replaced by the empty text, for"
              + " classifier-free guidance.");
  private static final Key<Double> SNR_GAMMA =
      SECTION.add(
          "snr-gamma",
          ValueType.DOUBLE,
          0.0,
          Range.atLeast(0),
          "Signal-to-noise ratio above which samples have less weight in the loss (Min-SNR); the"
              + " paper recommends 5. 0: equal weights.");
  private static final Key<String> EVAL_CLIP =
      SECTION.add(
          "eval-clip",
          ValueType.PATH,
          "",
          "Weights of a run of clip that measures the result: the fraction of samples whose"
              + " caption it finds among the others. Empty: not measured.");
  private static final Key<Integer> EVAL_SAMPLES =
      SECTION.add(
          "eval-samples",
          ValueType.INT,
          192,
          Range.atLeast(1),
          "Number of test examples for whose captions samples are measured at the end.");
  private static final Key<Integer> NUM_INFERENCE_STEPS =
      SECTION.add(
          "num-inference-steps",
          ValueType.INT,
          50,
          Range.atLeast(1),
          "Number of steps of a sample.");
  private static final Key<Double> GUIDANCE_SCALE =
      SECTION.add(
          "guidance-scale",
          ValueType.DOUBLE,
          7.5,
          Range.atLeast(0),
          "Scale of the classifier-free guidance of samples. 1: no extrapolation.");

  /** Checks the ranges. */
  public DiffusionConfig {
    PROPORTION_EMPTY_PROMPTS.check(proportionEmptyPrompts);
    SNR_GAMMA.check(snrGamma);
    EVAL_SAMPLES.check(evalSamples);
    NUM_INFERENCE_STEPS.check(numInferenceSteps);
    GUIDANCE_SCALE.check(guidanceScale);
  }

  /** Reads the section {@code diffusion}; a missing key has its default. */
  static DiffusionConfig from(Config config) {
    return new DiffusionConfig(
        VAE.read(config),
        TEXT_ENCODER.read(config),
        PIPELINE.read(config),
        PROPORTION_EMPTY_PROMPTS.read(config),
        SNR_GAMMA.read(config),
        EVAL_CLIP.read(config),
        EVAL_SAMPLES.read(config),
        NUM_INFERENCE_STEPS.read(config),
        GUIDANCE_SCALE.read(config));
  }
}
