package io.troupe.nn.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.Module;
import io.troupe.nn.adversarial.AdversarialPair;
import io.troupe.nn.bert.BertNetwork;
import io.troupe.nn.bert.EncoderInput;
import io.troupe.nn.clip.ClipModel;
import io.troupe.nn.cyclegan.CycleGan;
import io.troupe.nn.cyclegan.Direction;
import io.troupe.nn.diffusers.AutoencoderKL;
import io.troupe.nn.diffusers.TextContext;
import io.troupe.nn.equivariant.NodePairs;
import io.troupe.nn.equivariant.Particles;
import io.troupe.nn.generative.LatentInterpolation;
import io.troupe.nn.generative.SampleRequest;
import io.troupe.nn.graph.Graph;
import io.troupe.nn.graph.GraphBatch;
import io.troupe.nn.hetero.EdgeType;
import io.troupe.nn.hetero.HeteroNodeClassifier;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.AttentionCache;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.nn.losses.StudentLogits;
import io.troupe.nn.stylegan2.Dual;
import io.troupe.nn.stylegan2.StyleGan2;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Attention;
import io.troupe.tensor.backend.RotaryAngles;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every declared capability of every model entry on a tiny instance. */
class CapabilityTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final int BATCH = 2;

  /** Settings of small models; settings that an entry does not have are omitted. */
  private static final Map<String, String> TINY =
      Map.ofEntries(
          Map.entry("hidden", "8"),
          Map.entry("latent", "3"),
          Map.entry("base", "8"),
          Map.entry("depth", "1"),
          Map.entry("image_size", "4"),
          Map.entry("patch_size", "2"),
          Map.entry("embed_dim", "8"),
          Map.entry("num_heads", "2"),
          Map.entry("depths", "2"),
          Map.entry("neck_hidden_sizes", "2,3,4,5"),
          Map.entry("fusion_hidden_size", "4"),
          Map.entry("projection_dim", "8"),
          Map.entry("text_hidden_size", "8"),
          Map.entry("text_intermediate_size", "8"),
          Map.entry("text_num_hidden_layers", "1"),
          Map.entry("vision_hidden_size", "12"),
          Map.entry("vision_intermediate_size", "8"),
          Map.entry("vision_num_hidden_layers", "1"),
          Map.entry("sample_size", "4"),
          Map.entry("block_out_channels", "4,8"),
          Map.entry("down_block_types", "CrossAttnDownBlock2D,DownBlock2D"),
          Map.entry("norm_num_groups", "2"),
          Map.entry("attention_head_dim", "2"),
          Map.entry("cross_attention_dim", "6"),
          Map.entry("conditioning_embedding_out_channels", "2,4"),
          Map.entry("ngf", "2"),
          Map.entry("ndf", "2"),
          Map.entry("n_blocks", "1"),
          Map.entry("z_dim", "6"),
          Map.entry("w_dim", "5"),
          Map.entry("c_dim", "3"),
          Map.entry("mapping_layers", "2"),
          Map.entry("channel_base", "64"),
          Map.entry("channel_max", "4"),
          Map.entry("timesteps", "4"),
          Map.entry("sample_steps", "2"),
          Map.entry("num_classes", "3"),
          Map.entry("vocab_size", "11"),
          Map.entry("embedding_dim", "4"),
          Map.entry("hidden_size", "8"),
          Map.entry("intermediate_size", "8"),
          Map.entry("num_hidden_layers", "2"),
          Map.entry("num_attention_heads", "2"),
          Map.entry("num_key_value_heads", "1"),
          Map.entry("head_dim", "6"),
          Map.entry("sliding_window", "2"),
          Map.entry("num_experts", "3"),
          Map.entry("num_local_experts", "3"),
          Map.entry("num_experts_per_tok", "2"),
          Map.entry("moe_intermediate_size", "6"),
          Map.entry("max_position_embeddings", "16"),
          Map.entry("n_positions", "16"),
          Map.entry("n_embd", "8"),
          Map.entry("n_layer", "2"),
          Map.entry("n_head", "2"),
          Map.entry("hidden_channels", "8"));

  private Scope scope;
  private GradMode.NoGrad noGrad;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void open() {
    scope = ENGINE.open("test");
    noGrad = GradMode.noGrad();
  }

  @AfterEach
  void leave() {
    noGrad.close();
    scope.close();
  }

  static Stream<ModelEntry<?>> entries() {
    return ModelRegistry.entries().stream();
  }

  @ParameterizedTest
  @MethodSource("entries")
  void everyDeclaredCapabilityWorks(ModelEntry<?> entry) {
    check(tiny(entry));
  }

  @Test
  void namesAreUnique() {
    assertThat(ModelRegistry.entries().stream().map(ModelEntry::name)).doesNotHaveDuplicates();
  }

  private static BuiltModel<?> tiny(ModelEntry<?> entry) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (Hyperparameter<?> parameter : entry.hyperparameters()) {
      String value = TINY.get(parameter.name());
      if (value != null && parameter.parser().apply(value).isPresent()) {
        settings.put(parameter.name(), value);
      }
    }
    return entry.create(entry.settings(settings), Initializer.of(DType.FLOAT32, 1));
  }

  private <M extends Module> void check(BuiltModel<M> model) {
    assertThat(model.entry().capabilities()).isNotEmpty();
    for (Capability<M> capability : model.entry().capabilities()) {
      assertThat(model.entry().has(capability.getClass())).isTrue();
      switch (capability) {
        case Capability.Classify<M> _ -> classifies(model);
        case Capability.Distill<M> _ -> distills(model);
        case Capability.ClassifyNodes<M> _ -> classifiesNodes(model);
        case Capability.ClassifyGraphs<M> _ -> classifiesGraphs(model);
        case Capability.ClassifyTypedNodes<M> _ -> classifiesTypedNodes(model);
        case Capability.PredictPositions<M> _ -> predictsPositions(model);
        case Capability.LearnImages<M> _ -> learnsImages(model);
        case Capability.Reconstruct<M> _ -> reconstructs(model);
        case Capability.Embed<M> _ -> embeds(model);
        case Capability.EncodeLatents<M> _ -> encodesLatents(model);
        case Capability.DenoiseLatents<M> _ -> denoisesLatents(model);
        case Capability.ControlLatents<M> _ -> controlsLatents(model);
        case Capability.ShowAttention<M> _ -> showsAttention(model);
        case Capability.SampleImages<M> sampling -> samplesImages(model, sampling);
        case Capability.EstimateDepth<M> _ -> estimatesDepth(model);
        case Capability.MatchTexts<M> _ -> matchesTexts(model);
        case Capability.SampleText<M> _ -> modelsText(model);
        case Capability.Score<M> _ -> scores(model);
        case Capability.Decode<M> _ -> decodes(model);
        case Capability.LearnAdversarially<M> _ -> judges(model);
        case Capability.LearnStyles<M> _ -> learnsStyles(model);
        case Capability.TranslateImages<M> _ -> translates(model);
        case Capability.FillMasks<M> _ ->
            encodes(model, model.maskFiller().orElseThrow(), Shape.of(BATCH, 5, 11));
        case Capability.ClassifyTexts<M> _ ->
            encodes(model, model.textClassifier().orElseThrow(), Shape.of(BATCH, 2));
        case Capability.ClassifyTokens<M> _ ->
            encodes(model, model.tokenClassifier().orElseThrow(), Shape.of(BATCH, 5, 2));
        case Capability.FindSpans<M> _ ->
            encodes(model, model.spanFinder().orElseThrow(), Shape.of(BATCH, 5, 2));
      }
    }
  }

  /** A batch with the sizes that the model's first input requires. */
  private static Tensor input(BuiltModel<?> model) {
    InputTensor input = model.entry().inputs(model.settings()).getFirst();
    int[] sizes = input.sizes().stream().mapToInt(CapabilityTest::size).toArray();
    sizes[0] = BATCH;
    int count = Math.toIntExact(Shape.of(sizes).numel());
    if (input.kind() == InputTensor.Kind.INTEGERS) {
      int[] ids = new int[count];
      Arrays.setAll(ids, i -> 1 + i * 3 % 7);
      return Tensor.of(ids, sizes);
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Philox.of(3).uniform(i);
    }
    return Tensor.of(values, sizes);
  }

  private static int size(InputSize size) {
    if (size.least() == size.most()) {
      return size.least();
    }
    boolean ofImage = size.name().equals("height") || size.name().equals("width");
    return Math.max(ofImage ? 64 : 5, size.least());
  }

  private static void assertFinite(Tensor tensor) {
    assertThat(tensor.toDoubles()).doesNotContain(Double.NaN);
    assertThat(Arrays.stream(tensor.toDoubles()).allMatch(Double::isFinite)).isTrue();
  }

  private static void classifies(BuiltModel<?> model) {
    Tensor input = input(model);
    List<Tensor> logits = model.classifier().orElseThrow().apply(input);
    Tensor predicted = model.predict(Map.of("input", input));
    assertThat(logits.getFirst().toFloats()).isEqualTo(predicted.toFloats());
    assertThat(predicted.size(0)).isEqualTo(BATCH);
    assertFinite(predicted);
  }

  private static void distills(BuiltModel<?> model) {
    StudentLogits logits = model.student().orElseThrow().apply(input(model));
    assertThat(logits.ofTeacher().shape()).isEqualTo(logits.ofLabels().shape());
    assertThat(logits.ofTeacher().toFloats()).isNotEqualTo(logits.ofLabels().toFloats());
    assertFinite(logits.ofTeacher());
  }

  private static void showsAttention(BuiltModel<?> model) {
    Tensor maps = model.attentionMaps().orElseThrow().apply(input(model));
    assertThat(maps.shape()).isEqualTo(Shape.of(BATCH, 2, 2));
    for (int image = 0; image < BATCH; image++) {
      double[] map = maps.slice(image).toDoubles();
      assertThat(Arrays.stream(map).min().orElseThrow()).isPositive();
      assertThat(Arrays.stream(map).sum()).isBetween(0.1, 1 + 1e-6);
    }
  }

  private static void estimatesDepth(BuiltModel<?> model) {
    Tensor images = input(model);
    Tensor depth = model.depthEstimator().orElseThrow().apply(images);
    assertThat(depth.shape()).isEqualTo(Shape.of(BATCH, images.size(2), images.size(3)));
    assertThat(model.predict(Map.of("input", images)).toFloats()).isEqualTo(depth.toFloats());
    assertFinite(depth);
  }

  private static void matchesTexts(BuiltModel<?> model) {
    ClipModel network = model.imageTextModel().orElseThrow();
    Tensor images = input(model);
    Tensor texts = Tensor.of(new int[] {1, 2, 10, 3, 10, 0, 10, 5, 5}, 3, 3);
    Tensor logits = model.predict(Map.of("input", images, "input_ids", texts));
    assertThat(logits.shape()).isEqualTo(Shape.of(BATCH, 3));
    assertThat(logits.toFloats()).isEqualTo(network.forward(images, texts).toFloats());
    assertFinite(logits);
  }

  private static void classifiesNodes(BuiltModel<?> model) {
    Tensor x = Tensor.full(DType.FLOAT32, Shape.of(4, 1433), 0.01);
    Tensor edges = Tensor.of(new int[] {0, 1, 2, 1, 2, 3}, 2, 3);
    Tensor scores = model.nodeClassifier().orElseThrow().forward(x, Graph.of(4, edges));
    assertThat(scores.shape()).isEqualTo(Shape.of(4, 7));
    assertFinite(scores);
    assertThat(model.predict(Map.of("x", x, "edge_index", edges)).toFloats())
        .isEqualTo(scores.toFloats());
  }

  /** The types of ACM, with a few nodes and edges. */
  private static void classifiesTypedNodes(BuiltModel<?> model) {
    HeteroNodeClassifier network = model.typedNodeClassifier().orElseThrow();
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (EdgeType type : network.metadata().edgeTypes()) {
      inputs.put("edge_index." + type, Tensor.of(new int[] {0, 1, 2, 1, 1, 0}, 2, 3));
    }
    inputs.put("x.p", Tensor.full(DType.FLOAT32, Shape.of(4, 7227), 0.01));
    inputs.put("x.a", Tensor.full(DType.FLOAT32, Shape.of(5, 1), 1));
    inputs.put("x.s", Tensor.full(DType.FLOAT32, Shape.of(3, 1), 1));
    Tensor scores = model.predict(inputs);
    assertThat(scores.shape()).isEqualTo(Shape.of(4, 3));
    assertFinite(scores);
    inputs.put("edge_index.p__to__x", inputs.get("edge_index.p__to__a"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.predict(inputs))
        .withMessageContaining("s__to__p, got edge_index.p__to__x");
  }

  private static void classifiesGraphs(BuiltModel<?> model) {
    Tensor x = Tensor.full(DType.FLOAT32, Shape.of(4, 7), 0.5);
    Tensor edges = Tensor.of(new int[] {0, 2, 1, 3}, 2, 2);
    Tensor scores =
        model
            .graphClassifier()
            .orElseThrow()
            .forward(x, GraphBatch.of(Graph.of(4, edges), new int[] {0, 0, 1, 1}, 2));
    assertThat(scores.shape()).isEqualTo(Shape.of(2, 2));
    assertFinite(scores);
  }

  private static void predictsPositions(BuiltModel<?> model) {
    NodePairs pairs = NodePairs.complete(2, 3);
    Tensor x = input(model).narrow(1, 0, 1).matmul(Tensor.of(new float[] {1, -2, 0.5f}, 1, 3));
    Tensor positions = x.reshape(2, 1, 3).add(Tensor.of(new float[] {0, 1, 2}, 1, 3, 1));
    Tensor charges = Tensor.of(new float[] {1, -1, 1, 1, 1, -1}, 2, 3);
    Particles particles = Particles.of(positions, positions.mul(0.5), charges, pairs);
    Tensor predicted = model.particleNetwork().orElseThrow().forward(particles);
    assertThat(predicted.shape()).isEqualTo(Shape.of(6, 3));
    assertFinite(predicted);
  }

  private static void learnsImages(BuiltModel<?> model) {
    Tensor loss = model.objective().orElseThrow().loss(input(model), new int[0], Philox.of(1));
    assertThat(loss.item()).isPositive().isFinite();
  }

  private static void reconstructs(BuiltModel<?> model) {
    Tensor images = input(model);
    Tensor made = model.reconstruction().orElseThrow().apply(images);
    assertThat(made.shape()).isEqualTo(images.shape());
    assertFinite(made);
  }

  private static void embeds(BuiltModel<?> model) {
    Tensor features = model.embedding().orElseThrow().apply(input(model));
    assertThat(features.size(0)).isEqualTo(BATCH);
    assertThat(features.size(-1)).isIn(3, 8); // the latent size, or hidden_size
    assertFinite(features);
  }

  private static void encodesLatents(BuiltModel<?> model) {
    AutoencoderKL vae = model.latentAutoencoder().orElseThrow();
    Tensor images = input(model);
    Tensor latents = vae.encode(images).mean();
    assertThat(latents.shape()).isEqualTo(Shape.of(BATCH, 4, 2, 2));
    assertThat(vae.decode(latents).shape()).isEqualTo(images.shape());
  }

  /** Noised latents, as the inputs of a network that denoises by a text of three tokens. */
  private static Map<String, Tensor> noisedLatents() {
    Initializer values = Initializer.of(DType.FLOAT32, 7);
    return Map.of(
        "input", values.normal(1, BATCH, 4, 4, 4),
        "timestep", Tensor.of(new int[] {3, 700}, BATCH),
        "encoder_hidden_states", values.normal(1, BATCH, 3, 6));
  }

  private static void denoisesLatents(BuiltModel<?> model) {
    Map<String, Tensor> inputs = noisedLatents();
    Tensor text = inputs.get("encoder_hidden_states");
    Tensor noise =
        model
            .latentDenoiser()
            .orElseThrow()
            .forward(inputs.get("input"), new double[] {3, 700}, TextContext.of(text));
    assertThat(noise.shape()).isEqualTo(inputs.get("input").shape());
    assertThat(model.predict(inputs).toFloats()).isEqualTo(noise.toFloats());
    assertFinite(noise);
  }

  /** A new ControlNet adds zeros. */
  private static void controlsLatents(BuiltModel<?> model) {
    Map<String, Tensor> inputs = new LinkedHashMap<>(noisedLatents());
    inputs.put("controlnet_cond", Tensor.full(DType.FLOAT32, Shape.of(BATCH, 3, 8, 8), 0.5));
    Tensor middle = model.predict(inputs);
    assertThat(middle.shape()).isEqualTo(Shape.of(BATCH, 8, 2, 2));
    assertThat(middle.toDoubles()).containsOnly(0);
    assertThat(model.controlNet().orElseThrow().config().embeddingChannels()).containsExactly(2, 4);
  }

  private static <M extends Module> void samplesImages(
      BuiltModel<M> model, Capability.SampleImages<M> sampling) {
    int classes = model.entry().numImageClasses(model.settings());
    assertThat(classes).isEqualTo(sampling.numClasses().isPresent() ? 3 : 0);
    int[] labels = classes > 0 ? new int[] {2, 0} : new int[0];
    Tensor images = model.imageSampler().orElseThrow().sample(new SampleRequest(5, 0, 2, labels));
    boolean isTiny = model.settings().values().get("image_size").equals("4"); // dcgan cannot be
    assertThat(images.shape()).isEqualTo(isTiny ? Shape.of(2, 1, 4, 4) : Shape.of(2, 3, 64, 64));
    assertFinite(images);
    if (model.module() instanceof LatentInterpolation line) {
      SampleRequest from = new SampleRequest(5, 0, 2, labels);
      SampleRequest to = new SampleRequest(5, 2, 2, labels);
      assertThat(line.between(from, to, 0).toFloats()).isEqualTo(images.toFloats());
      assertThat(line.between(from, to, 0.5).toFloats()).isNotEqualTo(images.toFloats());
    }
    sampling.method().ifPresent(method -> assertThat(model.settings().get(method)).isNotEmpty());
  }

  private static void modelsText(BuiltModel<?> model) {
    Tensor ids = input(model);
    Tensor logits = model.characterModel().orElseThrow().forward(ids);
    assertThat(logits.shape()).isEqualTo(Shape.of(ids.size(0), ids.size(1), 11));
  }

  /** Checks that the probabilities of all next tokens add up to 1. */
  private static void scores(BuiltModel<?> model) {
    double sum = 0;
    for (int next = 0; next < 11; next++) {
      Tensor logProbs = model.scorer().orElseThrow().apply(Tensor.of(new int[] {4, next}, 1, 2));
      assertThat(logProbs.shape()).isEqualTo(Shape.of(1, 1));
      sum += Math.exp(logProbs.item());
    }
    assertThat(sum).isCloseTo(1, within(1e-5));
  }

  private static void judges(BuiltModel<?> model) {
    AdversarialPair pair = model.adversarialPair().orElseThrow();
    Tensor images = model.predict(Map.of("z", input(model)));
    assertFinite(images);
    assertThat(pair.discriminate(images).shape()).isEqualTo(Shape.of(BATCH));
  }

  private static void learnsStyles(BuiltModel<?> model) {
    StyleGan2 networks = model.styleNetworks().orElseThrow();
    assertThat(model.styleObjective().orElseThrow().r1Gamma()).isPositive();
    Tensor labels = Tensor.of(new int[] {2, 0}, BATCH);
    Tensor images = model.predict(Map.of("z", input(model), "label", labels));
    assertFinite(images);
    Tensor oneHot = networks.oneHot(labels.toInts());
    Tensor logits = networks.discriminator().forward(Dual.constant(images), oneHot).value();
    assertThat(logits.shape()).isEqualTo(Shape.of(BATCH));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> networks.oneHot(new int[] {3}))
        .withMessage("labels must be from 0 to 2, got 3");
  }

  private static void translates(BuiltModel<?> model) {
    CycleGan networks = model.translator().orElseThrow();
    Tensor images = input(model);
    Tensor toB = model.predict(Map.of("input", images));
    Tensor toA = networks.translate(images, Direction.B_TO_A);
    assertThat(toB.shape()).isEqualTo(images.shape());
    assertThat(toB.toFloats())
        .isEqualTo(networks.translate(images, Direction.A_TO_B).toFloats())
        .isNotEqualTo(toA.toFloats());
    assertFinite(toA);
  }

  /** Checks the shape of the output, and that masked tokens do not change it. */
  private static void encodes(BuiltModel<?> model, BertNetwork network, Shape shape) {
    Tensor ids = input(model);
    Tensor output = network.forward(EncoderInput.of(ids));
    assertThat(output.shape()).isEqualTo(shape);
    assertFinite(output);
    int[] padded = new int[BATCH * 7];
    int[] mask = new int[BATCH * 7];
    for (int i = 0; i < BATCH * 5; i++) {
      padded[i / 5 * 7 + i % 5] = ids.toInts()[i];
      mask[i / 5 * 7 + i % 5] = 1;
    }
    Tensor longer =
        model.predict(
            Map.of(
                "input_ids",
                Tensor.of(padded, BATCH, 7),
                "attention_mask",
                Tensor.of(mask, BATCH, 7)));
    Tensor shown = longer.rank() == 3 ? longer.narrow(1, 0, 5) : longer;
    double[] expected = output.toDoubles();
    double[] actual = shown.copy().toDoubles();
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  private static Tensor rotated(Tensor x, RotaryAngles angles) {
    return angles == null ? x : Attention.rotary(x, angles);
  }

  /** Checks that a forward pass with a cache equals one without a cache. */
  private static void decodes(BuiltModel<?> model) {
    CausalLM decoder = model.languageModel().orElseThrow();
    PackedSequences layout = PackedSequences.of(5);
    int[] ids = {1, 2, 3, 4, 5};
    AttentionCache cache =
        (_, q, k, v, angles, scores) ->
            Attention.causal(rotated(q, angles), rotated(k, angles), v, layout, scores);
    TokenBatch rows = new TokenBatch(ids, new int[] {0, 1, 2, 3, 4}, null);
    Tensor cached = decoder.logits(decoder.hiddenStates(rows, cache));
    Tensor whole = decoder.logits(decoder.hiddenStates(TokenBatch.of(ids), null));
    assertThat(cached.toFloats()).isEqualTo(whole.toFloats());
    assertThat(decoder.forward(Tensor.of(ids, 1, 5)).toFloats()).isEqualTo(whole.toFloats());
    assertThat(decoder.stateDict()).isEqualTo(decoder.namedParameters());
  }
}
