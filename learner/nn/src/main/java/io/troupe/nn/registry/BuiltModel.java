package io.troupe.nn.registry;

import io.troupe.nn.Module;
import io.troupe.nn.adversarial.AdversarialPair;
import io.troupe.nn.bert.BertForMaskedLM;
import io.troupe.nn.bert.BertForQuestionAnswering;
import io.troupe.nn.bert.BertForSequenceClassification;
import io.troupe.nn.bert.BertForTokenClassification;
import io.troupe.nn.checkpoint.CheckpointFormatException;
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
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.TokenLogProbs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A model that was built from its entry. The methods that return an {@code Optional} give access to
 * its capabilities; they are empty where the entry does not declare the capability.
 *
 * @param entry the entry
 * @param settings the hyperparameters
 * @param module the network
 * @param dtype the type of its parameters
 * @param <M> the type of the network
 */
public record BuiltModel<M extends Module>(
    ModelEntry<M> entry, Settings settings, M module, DType dtype) {
  /** The rank of (batch, channels, height, width). */
  private static final int IMAGE_RANK = 4;

  /**
   * Loads the weights of a {@code .safetensors} file.
   *
   * @throws CheckpointFormatException if the file is not valid, or its tensors do not fit the model
   */
  public void load(Path weights) {
    entry.load(module, weights);
  }

  /**
   * Runs inference in evaluation mode, without recording gradients.
   *
   * @param given tensors by name
   * @return in the current scope
   * @throws IllegalArgumentException if a tensor is missing, unknown, or of the wrong type or shape
   */
  public Tensor predict(Map<String, Tensor> given) {
    Map<String, Tensor> inputs = checked(given);
    boolean wasTraining = module.isTraining();
    module.eval();
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      return entry.predict(module, inputs);
    } finally {
      if (wasTraining) {
        module.train();
      }
    }
  }

  /**
   * From {@code input} to the logits of a classifier, followed by those of auxiliary heads that are
   * active in training only.
   */
  public Optional<Function<Tensor, List<Tensor>>> classifier() {
    return find(
        capability ->
            capability instanceof Capability.Classify<M>(var logits)
                ? input -> logits.apply(module, input)
                : null);
  }

  /**
   * From {@code input} to the logits in training with a teacher: those of two classifiers, or twice
   * those of the only one.
   */
  public Optional<Function<Tensor, StudentLogits>> student() {
    Optional<Function<Tensor, StudentLogits>> own =
        find(
            capability ->
                capability instanceof Capability.Distill<M>(var logits)
                    ? input -> logits.apply(module, input)
                    : null);
    return own.or(
        () ->
            classifier()
                .map(
                    logits ->
                        input -> {
                          Tensor only = logits.apply(input).getFirst();
                          return new StudentLogits(only, only);
                        }));
  }

  /** The classifier of nodes. */
  public Optional<NodeClassifier<?>> nodeClassifier() {
    return find(
        capability ->
            capability instanceof Capability.ClassifyNodes<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** The classifier of the nodes of one type. */
  public Optional<HeteroNodeClassifier> typedNodeClassifier() {
    return find(
        capability ->
            capability instanceof Capability.ClassifyTypedNodes<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** The classifier of graphs. */
  public Optional<GraphClassifier> graphClassifier() {
    return find(
        capability ->
            capability instanceof Capability.ClassifyGraphs<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** The predictor of the positions of particles. */
  public Optional<ParticleNetwork> particleNetwork() {
    return find(
        capability ->
            capability instanceof Capability.PredictPositions<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** The training loss of a model that is trained on images without a target. */
  public Optional<UnsupervisedLoss> objective() {
    return find(
        capability ->
            capability instanceof Capability.LearnImages<M>(var objective)
                ? objective.create(module, settings, dtype)
                : null);
  }

  /** From images to their reconstructions. */
  public Optional<UnaryOperator<Tensor>> reconstruction() {
    return find(
        capability ->
            capability instanceof Capability.Reconstruct<M>(var reconstruction)
                ? images -> reconstruction.apply(module, images)
                : null);
  }

  /** The autoencoder between images and latents. */
  public Optional<AutoencoderKL> latentAutoencoder() {
    return find(
        capability ->
            capability instanceof Capability.EncodeLatents<M>(var vae) ? vae.apply(module) : null);
  }

  /** The network that denoises latents by a text. */
  public Optional<UNet2DConditionModel> latentDenoiser() {
    return find(
        capability ->
            capability instanceof Capability.DenoiseLatents<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** The ControlNet of a network that denoises latents. */
  public Optional<ControlNetModel> controlNet() {
    return find(
        capability ->
            capability instanceof Capability.ControlLatents<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** From {@code input} to feature vectors, (batch, ..., features). */
  public Optional<UnaryOperator<Tensor>> embedding() {
    return find(
        capability ->
            capability instanceof Capability.Embed<M>(var features)
                ? input -> features.apply(module, input)
                : null);
  }

  /** From {@code input} to the attention to each patch, (batch, rows, columns). */
  public Optional<UnaryOperator<Tensor>> attentionMaps() {
    return find(
        capability ->
            capability instanceof Capability.ShowAttention<M>(var maps)
                ? input -> maps.apply(module, input)
                : null);
  }

  /** The sampler of images. */
  public Optional<ImageSampler> imageSampler() {
    return find(
        capability ->
            capability instanceof Capability.SampleImages<M> sampling
                ? sampling.sampler().create(module, settings, dtype)
                : null);
  }

  /** From {@code input} to the depth of each pixel, (batch, height, width). */
  public Optional<UnaryOperator<Tensor>> depthEstimator() {
    return find(
        capability ->
            capability instanceof Capability.EstimateDepth<M>(var depth)
                ? input -> depth.apply(module, input)
                : null);
  }

  /** The model of images and texts. */
  public Optional<ClipModel> imageTextModel() {
    return find(
        capability ->
            capability instanceof Capability.MatchTexts<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** The language model over characters. */
  public Optional<CharacterLanguageModel> characterModel() {
    return find(
        capability ->
            capability instanceof Capability.SampleText<M>(var network)
                ? network.apply(module)
                : null);
  }

  /**
   * From token ids, (batch, time), to the log-probability of each token after the first, (batch,
   * time - 1), in nats.
   */
  public Optional<UnaryOperator<Tensor>> scorer() {
    return find(
        capability ->
            capability instanceof Capability.Score<M>(var logits)
                ? ids -> logProbs(logits.apply(module, ids), ids)
                : null);
  }

  /** The decoder language model. */
  public Optional<CausalLM> languageModel() {
    return find(
        capability ->
            capability instanceof Capability.Decode<M>(var network) ? network.apply(module) : null);
  }

  /** The generator and the discriminator of a model that is trained adversarially. */
  public Optional<AdversarialPair> adversarialPair() {
    return find(
        capability ->
            capability instanceof Capability.LearnAdversarially<M>(var networks)
                ? networks.apply(module)
                : null);
  }

  /** The networks of a model that learns styles. */
  public Optional<StyleGan2> styleNetworks() {
    return find(
        capability ->
            capability instanceof Capability.LearnStyles<M>(var networks, var _)
                ? networks.apply(module)
                : null);
  }

  /** The settings of the losses of a model that learns styles. */
  public Optional<StyleObjective> styleObjective() {
    return find(
        capability ->
            capability instanceof Capability.LearnStyles<M>(var _, var objective)
                ? objective.apply(settings)
                : null);
  }

  /** The model that translates images between two domains. */
  public Optional<CycleGan> translator() {
    return find(
        capability ->
            capability instanceof Capability.TranslateImages<M>(var networks)
                ? networks.apply(module)
                : null);
  }

  /** The model that predicts masked tokens. */
  public Optional<BertForMaskedLM> maskFiller() {
    return find(
        capability ->
            capability instanceof Capability.FillMasks<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** The classifier of texts. */
  public Optional<BertForSequenceClassification> textClassifier() {
    return find(
        capability ->
            capability instanceof Capability.ClassifyTexts<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** The classifier of tokens. */
  public Optional<BertForTokenClassification> tokenClassifier() {
    return find(
        capability ->
            capability instanceof Capability.ClassifyTokens<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** The model that finds spans of texts. */
  public Optional<BertForQuestionAnswering> spanFinder() {
    return find(
        capability ->
            capability instanceof Capability.FindSpans<M>(var network)
                ? network.apply(module)
                : null);
  }

  /** The first result that is not null. */
  private <T> Optional<T> find(Function<Capability<M>, T> match) {
    for (Capability<M> capability : entry.capabilities()) {
      T found = match.apply(capability);
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private static Tensor logProbs(Tensor logits, Tensor ids) {
    int batch = ids.size(0);
    int predicted = ids.size(1) - 1;
    Tensor rows = logits.narrow(1, 0, predicted).reshape(batch * predicted, logits.size(2));
    Tensor targets = ids.narrow(1, 1, predicted).reshape(batch * predicted);
    return TokenLogProbs.of(rows, targets, 1).logProbs().reshape(batch, predicted);
  }

  /**
   * Checks the shape of images before any is read; models that read images as rows or as vectors
   * accept every shape here.
   *
   * @param sizes (channels, height, width)
   * @throws IllegalArgumentException if the model does not accept such images
   */
  public void requireImages(Shape sizes) {
    for (InputTensor input : entry.inputs(settings)) {
      if (input.sizes().size() == IMAGE_RANK) {
        input.requireFits(entry.name(), sizes.prepend(1));
      }
    }
  }

  private Map<String, Tensor> checked(Map<String, Tensor> given) {
    List<InputTensor> expected = entry.inputs(settings);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (InputTensor input : expected) {
      Tensor tensor = given.get(input.name());
      if (tensor != null) {
        inputs.put(input.name(), input.require(entry.name(), tensor, dtype));
      } else if (!input.isOptional()) {
        throw new IllegalArgumentException(
            entry.name() + ": tensor " + input.name() + " must be " + input + ", got none");
      }
    }
    for (String name : given.keySet()) {
      if (!inputs.containsKey(name)) {
        throw new IllegalArgumentException(
            entry.name()
                + ": input tensor must be one of "
                + expected.stream().map(InputTensor::name).collect(Collectors.joining(", "))
                + ", got "
                + name);
      }
    }
    return inputs;
  }
}
