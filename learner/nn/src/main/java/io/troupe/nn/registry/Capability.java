package io.troupe.nn.registry;

import io.troupe.nn.Module;
import io.troupe.nn.adversarial.AdversarialPair;
import io.troupe.nn.bert.BertForMaskedLM;
import io.troupe.nn.bert.BertForQuestionAnswering;
import io.troupe.nn.bert.BertForSequenceClassification;
import io.troupe.nn.bert.BertForTokenClassification;
import io.troupe.nn.clip.ClipModel;
import io.troupe.nn.cyclegan.CycleGan;
import io.troupe.nn.diffusers.AutoencoderKL;
import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.nn.equivariant.ParticleNetwork;
import io.troupe.nn.generative.ImageSampler;
import io.troupe.nn.generative.UnsupervisedLoss;
import io.troupe.nn.graph.GraphClassifier;
import io.troupe.nn.graph.NodeClassifier;
import io.troupe.nn.hetero.HeteroNodeClassifier;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.losses.StudentLogits;
import io.troupe.nn.recurrent.CharacterLanguageModel;
import io.troupe.nn.stylegan2.StyleGan2;
import io.troupe.nn.stylegan2.StyleObjective;
import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * An operation that a model supports. Each record holds the functions that perform it, so that
 * commands and runs never depend on the name or the class of a model.
 *
 * @param <M> the module
 */
public sealed interface Capability<M extends Module> {
  /** The verb shown to users, such as {@code classify}. */
  String verb();

  /**
   * Makes an object from a built model.
   *
   * @param <M> the module
   * @param <T> the object
   */
  @FunctionalInterface
  interface Factory<M extends Module, T> {
    /** Makes the object. */
    T create(M module, Settings settings, DType dtype);
  }

  /**
   * Assigns classes to examples, to their pixels, or predicts numbers; trained with labels.
   *
   * @param logits from {@code input} to the logits of the network, followed by those of auxiliary
   *     heads that are active in training only
   */
  record Classify<M extends Module>(BiFunction<M, Tensor, List<Tensor>> logits)
      implements Capability<M> {
    @Override
    public String verb() {
      return "classify";
    }
  }

  /**
   * Learns from a teacher with a classifier of its own. Models without this capability learn from a
   * teacher with the only classifier that they have.
   *
   * @param logits from {@code input} to the logits in training
   */
  record Distill<M extends Module>(BiFunction<M, Tensor, StudentLogits> logits)
      implements Capability<M> {
    @Override
    public String verb() {
      return "distill";
    }
  }

  /**
   * Assigns classes to the nodes of one graph.
   *
   * @param network the classifier
   */
  record ClassifyNodes<M extends Module>(Function<M, NodeClassifier<?>> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "classify nodes";
    }
  }

  /**
   * Assigns classes to the nodes of one type of a graph with several types.
   *
   * @param network the classifier
   */
  record ClassifyTypedNodes<M extends Module>(Function<M, HeteroNodeClassifier> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "classify typed nodes";
    }
  }

  /**
   * Assigns classes to graphs.
   *
   * @param network the classifier
   */
  record ClassifyGraphs<M extends Module>(Function<M, GraphClassifier> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "classify graphs";
    }
  }

  /**
   * Predicts where particles are some time later.
   *
   * @param network the predictor
   */
  record PredictPositions<M extends Module>(Function<M, ParticleNetwork> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "predict positions";
    }
  }

  /**
   * Is trained on images without a target.
   *
   * @param objective the training loss
   */
  record LearnImages<M extends Module>(Factory<M, UnsupervisedLoss> objective)
      implements Capability<M> {
    @Override
    public String verb() {
      return "learn images";
    }
  }

  /**
   * Reconstructs images from a latent vector.
   *
   * @param reconstruction from images to images of the same shape
   */
  record Reconstruct<M extends Module>(BiFunction<M, Tensor, Tensor> reconstruction)
      implements Capability<M> {
    @Override
    public String verb() {
      return "reconstruct";
    }
  }

  /**
   * Maps between images and the latents of latent diffusion.
   *
   * @param vae the autoencoder
   */
  record EncodeLatents<M extends Module>(Function<M, AutoencoderKL> vae) implements Capability<M> {
    @Override
    public String verb() {
      return "encode latents";
    }
  }

  /**
   * Denoises latents by a text; trained on images with captions.
   *
   * @param network the denoising network
   */
  record DenoiseLatents<M extends Module>(Function<M, UNet2DConditionModel> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "denoise latents";
    }
  }

  /**
   * Makes a network that denoises latents follow an image; trained on images with captions and
   * edges.
   *
   * @param network the ControlNet
   */
  record ControlLatents<M extends Module>(Function<M, ControlNetModel> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "control latents";
    }
  }

  /**
   * Computes feature vectors.
   *
   * @param features from {@code input}, with a batch dimension, to (batch, ..., features)
   */
  record Embed<M extends Module>(BiFunction<M, Tensor, Tensor> features) implements Capability<M> {
    @Override
    public String verb() {
      return "embed";
    }
  }

  /**
   * Shows which parts of images the result depends on.
   *
   * @param maps from {@code input} to the attention to each patch, (batch, rows, columns)
   */
  record ShowAttention<M extends Module>(BiFunction<M, Tensor, Tensor> maps)
      implements Capability<M> {
    @Override
    public String verb() {
      return "show attention";
    }
  }

  /**
   * Samples images.
   *
   * @param sampler draws the images
   * @param numClasses the setting that holds the number of labels; empty for a model without labels
   * @param method the setting that selects the sampling method; empty if there is one method only
   */
  record SampleImages<M extends Module>(
      Factory<M, ImageSampler> sampler,
      Optional<Hyperparameter<Integer>> numClasses,
      Optional<Hyperparameter<String>> method)
      implements Capability<M> {
    @Override
    public String verb() {
      return "sample images";
    }
  }

  /**
   * Estimates the depth of each pixel; trained with depths.
   *
   * @param depth from {@code input} to depths, (batch, height, width)
   */
  record EstimateDepth<M extends Module>(BiFunction<M, Tensor, Tensor> depth)
      implements Capability<M> {
    @Override
    public String verb() {
      return "estimate depth";
    }
  }

  /**
   * Finds the texts that describe images; trained on images with captions.
   *
   * @param network the model of images and texts
   */
  record MatchTexts<M extends Module>(Function<M, ClipModel> network) implements Capability<M> {
    @Override
    public String verb() {
      return "match texts";
    }
  }

  /**
   * Samples text character by character; trained on text.
   *
   * @param network the language model
   */
  record SampleText<M extends Module>(Function<M, CharacterLanguageModel> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "sample text";
    }
  }

  /**
   * Computes the log-probability of each token of a sequence given the tokens before it.
   *
   * @param logits from token ids, (batch, time), to logits, (batch, time, vocab)
   */
  record Score<M extends Module>(BiFunction<M, Tensor, Tensor> logits) implements Capability<M> {
    @Override
    public String verb() {
      return "score";
    }
  }

  /**
   * Continues sequences of tokens with a key-value cache; trained with GRPO.
   *
   * @param network the language model
   */
  record Decode<M extends Module>(Function<M, CausalLM> network) implements Capability<M> {
    @Override
    public String verb() {
      return "decode";
    }
  }

  /**
   * Predicts masked tokens of texts; trained on text.
   *
   * @param network the language model
   */
  record FillMasks<M extends Module>(Function<M, BertForMaskedLM> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "fill masks";
    }
  }

  /**
   * Assigns classes to texts and pairs of texts.
   *
   * @param network the classifier
   */
  record ClassifyTexts<M extends Module>(Function<M, BertForSequenceClassification> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "classify texts";
    }
  }

  /**
   * Assigns classes to the tokens of texts.
   *
   * @param network the classifier
   */
  record ClassifyTokens<M extends Module>(Function<M, BertForTokenClassification> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "classify tokens";
    }
  }

  /**
   * Finds the spans of texts that answer questions.
   *
   * @param network the model
   */
  record FindSpans<M extends Module>(Function<M, BertForQuestionAnswering> network)
      implements Capability<M> {
    @Override
    public String verb() {
      return "find spans";
    }
  }

  /**
   * Is trained on images without a target: a generator and a discriminator in turn.
   *
   * @param networks both networks
   */
  record LearnAdversarially<M extends Module>(Function<M, AdversarialPair> networks)
      implements Capability<M> {
    @Override
    public String verb() {
      return "learn images adversarially";
    }
  }

  /**
   * Is trained on images without a target: a generator with styles and its discriminator in turn.
   *
   * @param networks both networks
   * @param objective settings of the losses
   */
  record LearnStyles<M extends Module>(
      Function<M, StyleGan2> networks, Function<Settings, StyleObjective> objective)
      implements Capability<M> {
    @Override
    public String verb() {
      return "learn styles";
    }
  }

  /**
   * Translates images between two domains; trained on images of both without pairs.
   *
   * @param networks of both directions
   */
  record TranslateImages<M extends Module>(Function<M, CycleGan> networks)
      implements Capability<M> {
    @Override
    public String verb() {
      return "translate images";
    }
  }
}
