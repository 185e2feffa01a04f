package io.troupe.training.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.Module;
import io.troupe.nn.clip.ClipConfig;
import io.troupe.nn.clip.ClipEncoderConfig;
import io.troupe.nn.clip.ClipModel;
import io.troupe.nn.clip.ClipTextConfig;
import io.troupe.nn.clip.ClipVisionConfig;
import io.troupe.nn.diffusers.AutoencoderConfig;
import io.troupe.nn.diffusers.AutoencoderKL;
import io.troupe.nn.diffusers.ControlNetConfig;
import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.diffusers.UNet2DConditionConfig;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.pipelines.DiffusionPipeline;
import io.troupe.nn.pipelines.PipelineTextEncoder;
import io.troupe.nn.schedulers.DDIMScheduler;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.supervised.Tally;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Latent diffusion and ControlNets on tiny pipelines. */
class NoisePredictionTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final int SIZE = 8;
  private static final int START = 4;
  private static final int END = 5;
  private static final DDIMScheduler SCHEDULER = DDIMScheduler.stableDiffusion();
  private static final ClipEncoderConfig ENCODER =
      new ClipEncoderConfig(8, 8, 1, 2, Activation.QUICK_GELU, 1e-5);
  private static final ClipTextConfig TEXT = new ClipTextConfig(ENCODER, 6, 5, END);

  private Scope scope;
  private DiffusionPipeline pipeline;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void open() {
    scope = ENGINE.open("test");
    Initializer initializer = Initializer.of(DType.FLOAT32, 3);
    pipeline =
        new DiffusionPipeline(
            new AutoencoderKL(
                new AutoencoderConfig(
                    3, 3, List.of(4, 8), 1, Activation.SILU, 2, 2, SIZE, 1, 0, false),
                initializer),
            new UNet2DConditionModel(
                UNet2DConditionConfig.of(
                    4,
                    2,
                    List.of(UNet2DConditionConfig.CROSS_DOWN, UNet2DConditionConfig.PLAIN_DOWN),
                    List.of(8, 8),
                    1,
                    2,
                    8,
                    2),
                initializer),
            new PipelineTextEncoder(TEXT, initializer),
            SCHEDULER);
  }

  @AfterEach
  void leave() {
    scope.close();
  }

  private static DenoisingSettings settings(double proportionEmpty, Optional<CaptionCheck> check) {
    return new DenoisingSettings(
        SCHEDULER.betas(),
        proportionEmpty,
        OptionalDouble.empty(),
        new SamplingSettings(3, 2, 7),
        check);
  }

  /** Images whose left or right half is bright, with the captions 1 and 2. */
  private static MiniBatch batch(int examples) {
    float[] pixels = new float[examples * 3 * SIZE * SIZE];
    int[] captions = new int[examples * 4];
    for (int i = 0; i < pixels.length; i++) {
      int example = i / (3 * SIZE * SIZE);
      pixels[i] = (i % SIZE < SIZE / 2) == (example % 2 == 0) ? 0.9f : 0.1f;
    }
    for (int i = 0; i < examples; i++) {
      System.arraycopy(new int[] {START, 1 + i % 2, END, END}, 0, captions, 4 * i, 4);
    }
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input", new ArrayData.Floats(pixels, examples, 3, SIZE, SIZE));
    arrays.put("caption", new ArrayData.Ints(captions, examples, 4));
    return new MiniBatch(1, examples, arrays);
  }

  private ControlNetModel control() {
    ControlNetModel control =
        new ControlNetModel(
            new ControlNetConfig(pipeline.unet().config(), 3, List.of(4, 8)),
            Initializer.of(DType.FLOAT32, 5));
    control.copyFrom(pipeline.unet());
    return control;
  }

  private ControlNetTask controlTask(ControlNetModel control) {
    return new ControlNetTask(
        pipeline, control, settings(0.2, Optional.empty()), NoisePredictionTest::bright);
  }

  /** A detector of edges: the pixels whose first channel is bright. */
  private static float[] bright(float[] image, int height, int width) {
    float[] edges = new float[height * width];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = image[i] > 0.5 ? 1 : 0;
    }
    return edges;
  }

  private static Map<String, float[]> weights(Module module) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    module.stateDict().forEach((name, weight) -> weights.put(name, weight.toFloats()));
    return weights;
  }

  private static void assertSame(Module module, Map<String, float[]> before) {
    weights(module).forEach((name, now) -> assertThat(now).as(name).isEqualTo(before.get(name)));
  }

  private static double train(NoisePrediction task, int steps) {
    OptimizerConfig adam =
        new OptimizerConfig.Adam(3e-3, 0.9, 0.999, 1e-8, 0, new WeightDecayOn.All(), 1);
    double loss = 0;
    try (Optimizer optimizer = Optimizer.of(adam, task.module().namedParameters())) {
      for (int step = 0; step < steps; step++) {
        optimizer.zeroGrad();
        try (Scope _ = ENGINE.open("step")) {
          Tensor value = task.loss(batch(16), Philox.of(1).derive(step));
          loss = value.item();
          value.backwardAndRelease();
        }
        optimizer.step(3e-3, optimizer.gradNorm());
      }
    }
    return loss;
  }

  @Test
  void onlyTheNetworkOfLatentDiffusionIsTrained() {
    Map<String, float[]> vae = weights(pipeline.vae());
    Map<String, float[]> text = weights(pipeline.textEncoder());
    Map<String, float[]> unet = weights(pipeline.unet());
    LatentDiffusionTask task = new LatentDiffusionTask(pipeline, settings(0.1, Optional.empty()));
    double first = train(task, 1);
    assertThat(train(task, 60)).isLessThan(0.8 * first);
    assertSame(pipeline.vae(), vae);
    assertSame(pipeline.textEncoder(), text);
    weights(pipeline.unet())
        .forEach((name, now) -> assertThat(now).as(name).isNotEqualTo(unet.get(name)));
  }

  /** A gamma above each ratio changes nothing; a small one leaves the samples with most noise. */
  @Test
  void samplesWithLittleNoiseHaveLessWeight() {
    double equal = firstLoss(OptionalDouble.empty());
    assertThat(firstLoss(OptionalDouble.of(1e6))).isCloseTo(equal, within(1e-6));
    assertThat(firstLoss(OptionalDouble.of(0.1))).isBetween(0.1 * equal, 0.8 * equal);
  }

  private double firstLoss(OptionalDouble minSnrGamma) {
    LatentDiffusionTask task =
        new LatentDiffusionTask(
            pipeline,
            new DenoisingSettings(
                SCHEDULER.betas(),
                0.1,
                minSnrGamma,
                new SamplingSettings(3, 2, 7),
                Optional.empty()));
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      return task.loss(batch(64), Philox.of(2)).item();
    }
  }

  @Test
  void theBaseOfAControlNetDoesNotChange() {
    Map<String, float[]> unet = weights(pipeline.unet());
    ControlNetModel control = control();
    Map<String, float[]> before = weights(control);
    train(controlTask(control), 4);
    assertSame(pipeline.unet(), unet);
    assertThat(pipeline.unet().namedParameters().values())
        .allSatisfy(weight -> assertThat(weight.grad()).isNull());
    weights(control)
        .forEach((name, now) -> assertThat(now).as(name).isNotEqualTo(before.get(name)));
  }

  @Test
  void aNewControlNetHasTheLossAndTheSamplesOfItsBase() {
    NoisePrediction base = new LatentDiffusionTask(pipeline, settings(0.2, Optional.empty()));
    NoisePrediction controlled = controlTask(control());
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      assertThat(controlled.loss(batch(4), Philox.of(2)).item())
          .isEqualTo(base.loss(batch(4), Philox.of(2)).item());
      assertThat(controlled.samples(batch(4), 0).toFloats())
          .isEqualTo(base.samples(batch(4), 0).toFloats());
    }
  }

  @Test
  void aSampleIsAFunctionOfItsIndexAndItsCaption() {
    NoisePrediction task = new LatentDiffusionTask(pipeline, settings(0.1, Optional.empty()));
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      Tensor all = task.samples(batch(4), 6);
      assertThat(all.shape()).isEqualTo(Shape.of(4, 3, SIZE, SIZE));
      assertThat(task.samples(batch(2), 6).toFloats()).isEqualTo(all.rows(0, 2).copy().toFloats());
      assertThat(all.slice(0).toFloats()).isNotEqualTo(all.slice(2).toFloats());
    }
  }

  @Test
  void captionsAreFilledAndSomeAreEmpty() {
    CaptionStates states = new CaptionStates(pipeline.textEncoder());
    Tensor captions = Tensor.of(new int[] {START, 1, END, START, 2, END}, 2, 3);
    Tensor filled =
        pipeline
            .textEncoder()
            .forward(Tensor.of(new int[] {START, 1, END, END, END, START, 2, END, END, END}, 2, 5));
    Tensor empty =
        pipeline.textEncoder().forward(Tensor.of(new int[] {START, END, END, END, END}, 1, 5));
    assertThat(states.of(captions).hiddenStates().toFloats()).isEqualTo(filled.toFloats());
    assertThat(states.ofEmpty(captions).hiddenStates().slice(1).toFloats())
        .isEqualTo(empty.toFloats());
    assertThat(states.withEmpty(captions, 0, Philox.of(1)).hiddenStates().toFloats())
        .isEqualTo(filled.toFloats());
    int[] many = new int[400 * 3];
    Arrays.setAll(many, i -> new int[] {START, 1, END}[i % 3]);
    Tensor mixed = states.withEmpty(Tensor.of(many, 400, 3), 0.25, Philox.of(1)).hiddenStates();
    float[] ofEmpty = empty.toFloats();
    long numEmpty = 0;
    for (int i = 0; i < 400; i++) {
      numEmpty += Arrays.equals(mixed.slice(i).toFloats(), ofEmpty) ? 1 : 0;
    }
    assertThat(numEmpty).isBetween(70L, 130L);
    assertThatThrownBy(() -> states.of(Tensor.of(new int[6], 1, 6)))
        .hasMessage("captions must have at most the 5 tokens of the text encoder, got 6");
  }

  /** The model that checks captions has the temperature 1, and finds the captions that it likes. */
  @Test
  void captionAccuracyIsThatOfTheCheckingModel() {
    ClipModel clip =
        new ClipModel(
            new ClipConfig(TEXT, new ClipVisionConfig(ENCODER, SIZE, 4, 3), 8),
            Initializer.of(DType.FLOAT32, 8));
    CaptionCheck check =
        new CaptionCheck(clip, x -> x.mul(2), List.of(new int[] {START, 3, END, END}));
    MiniBatch batch = batch(6);
    Tensor images = Tensor.of(((ArrayData.Floats) batch.array("input")).values(), 6, 3, SIZE, SIZE);
    Tensor captions = Tensor.of(((ArrayData.Ints) batch.array("caption")).values(), 6, 4);
    Tensor texts =
        Tensor.of(new int[] {START, 3, END, END, START, 1, END, END, START, 2, END, END}, 3, 4);
    int[] best = clip.forward(images.mul(2), texts).argmax().toInts();
    int right = 0;
    for (int i = 0; i < best.length; i++) {
      right += best[i] == 1 + i % 2 ? 1 : 0;
    }
    Tally tally = new Tally();
    check.measure(images, captions, tally);
    assertThat(tally.means().get("eval_caption_accuracy")).isCloseTo(right / 6.0, within(1e-9));
  }

  @Test
  void edgesOfSamplesAreComparedWithThoseOfTheImages() {
    ControlNetTask task = controlTask(control());
    float[] half = new float[2 * 3 * SIZE * SIZE];
    for (int i = 0; i < half.length; i++) {
      half[i] = i % SIZE < 2 ? 1 : 0; // the first image is bright left of 4, the second right of it
    }
    Tally tally = new Tally();
    task.measure(batch(2), Tensor.of(half, 2, 3, SIZE, SIZE), tally);
    assertThat(tally.means().get("eval_edge_iou"))
        .as("2 of 4 columns, and 0 of 6")
        .isCloseTo(2.0 / (4 + 6), within(1e-9));
  }
}
