package io.troupe.nn.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.SharedData;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.diffusers.AutoencoderConfig;
import io.troupe.nn.diffusers.AutoencoderKL;
import io.troupe.nn.diffusers.UNet2DConditionConfig;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.schedulers.NoiseScheduler;
import io.troupe.nn.schedulers.SchedulerJson;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares the pipelines with those of diffusers on a tiny Stable Diffusion directory. */
class LatentDiffusionTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(2));
  private static final double TOLERANCE = 2e-5;

  private Scope scope;
  private Path folder;
  private SafetensorsFile io;
  private AutoencoderKL vae;
  private UNet2DConditionModel unet;
  private final List<Tensor> latents = new ArrayList<>();

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void load() throws IOException {
    folder = SharedData.require("goldens/sd_pipeline");
    io = SafetensorsFile.open(folder.resolve("io.safetensors"));
    scope = ENGINE.open("pipeline");
    Initializer undefined = Initializer.undefined(DType.FLOAT32);
    vae = new AutoencoderKL(AutoencoderConfig.read(json("vae/config.json")), undefined);
    unet =
        new UNet2DConditionModel(UNet2DConditionConfig.read(json("unet/config.json")), undefined);
    String weights = "diffusion_pytorch_model.safetensors";
    StateDictFile.load(
        folder.resolve("model/vae").resolve(weights), vae, AutoencoderKL.weightNames());
    StateDictFile.load(folder.resolve("model/unet").resolve(weights), unet);
  }

  @AfterEach
  void release() {
    if (scope != null) {
      scope.close();
      io.close();
    }
  }

  private ConfigJson json(String name) throws IOException {
    return ConfigJson.parse(Files.readString(folder.resolve("model").resolve(name)));
  }

  private NoiseScheduler scheduler(Consumer<ObjectNode> change) throws IOException {
    ConfigJson json = json("scheduler/scheduler_config.json");
    change.accept(json.node());
    return SchedulerJson.read(json);
  }

  private TextGuidance guidance(String prompt, double scale) {
    return new TextGuidance(
        io.load("output.text." + prompt + ".last_hidden_state"),
        io.load("output.text.empty.last_hidden_state"),
        scale,
        0);
  }

  private LatentDiffusion pipeline() {
    return new LatentDiffusion(vae, unet, List.of(), (_, latent) -> latents.add(latent.copy()));
  }

  /** Successive draws under their names. */
  private LatentDiffusion.Noise noise(String... names) {
    Deque<String> left = new ArrayDeque<>(List.of(names));
    return shape -> {
      Tensor drawn = io.load("input." + left.removeFirst());
      assertThat(drawn.shape()).isEqualTo(shape);
      return drawn;
    };
  }

  private void assertEquals(String call, Function<LatentDiffusion, Tensor> run) {
    Tensor image = run.apply(pipeline());
    Tensor expected = io.load("output." + call + ".latents");
    assertThat(latents).hasSize(expected.size(0));
    for (int i = 0; i < latents.size(); i++) {
      assertClose(call + " step " + i, latents.get(i), expected.slice(i));
    }
    assertClose(call + " image", image, io.load("output." + call + ".image"));
  }

  private static void assertClose(String at, Tensor actual, Tensor expected) {
    double[] values = actual.toDoubles();
    double[] wanted = expected.toDoubles();
    assertThat(values.length).as(at).isEqualTo(wanted.length);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(wanted[i]));
      worst = Math.max(worst, Math.abs(values[i] - wanted[i]));
    }
    assertThat(worst / largest).as(at).isLessThan(TOLERANCE);
  }

  @Test
  void textToImageEqualsDiffusers() throws IOException {
    NoiseScheduler scheduler = scheduler(_ -> {});
    assertEquals(
        "t2i",
        p -> p.textToImage(guidance("a", 5), scheduler.denoising(5), 16, 16, noise("t2i.start")));
  }

  @Test
  void withoutGuidanceThereIsNoNegativeText() throws IOException {
    NoiseScheduler scheduler = scheduler(_ -> {});
    TextGuidance without = new TextGuidance(io.load("output.text.a.last_hidden_state"), null, 1, 0);
    assertEquals(
        "t2i_no_guidance",
        p -> p.textToImage(without, scheduler.denoising(5), 16, 16, noise("t2i.start")));
  }

  @Test
  void otherSchedulersEqualDiffusers() throws IOException {
    NoiseScheduler euler =
        scheduler(
            json ->
                json.put("_class_name", "EulerDiscreteScheduler")
                    .put("timestep_spacing", "leading"));
    assertEquals(
        "t2i_euler",
        p -> p.textToImage(guidance("b", 5), euler.denoising(5), 16, 16, noise("t2i.start")));
    latents.clear();
    NoiseScheduler pndm =
        scheduler(json -> json.put("_class_name", "PNDMScheduler").put("skip_prk_steps", true));
    assertEquals(
        "t2i_pndm",
        p -> p.textToImage(guidance("b", 5), pndm.denoising(5), 16, 16, noise("t2i.start")));
  }

  @Test
  void imageToImageEqualsDiffusers() throws IOException {
    NoiseScheduler scheduler = scheduler(_ -> {});
    assertEquals(
        "img2img",
        p ->
            p.imageToImage(
                io.load("input.image"),
                0.6,
                guidance("a", 5),
                scheduler.denoising(5),
                noise("img2img.noise0", "img2img.noise1")));
  }

  @Test
  void inpaintingEqualsDiffusers() throws IOException {
    NoiseScheduler scheduler = scheduler(_ -> {});
    for (String call : List.of("inpaint", "inpaint_strength")) {
      latents.clear();
      assertEquals(
          call,
          p ->
              p.inpaint(
                  io.load("input.image"),
                  io.load("input.mask"),
                  call.equals("inpaint") ? 1 : 0.8,
                  guidance("a", 5),
                  scheduler.denoising(5),
                  noise(call + ".noise0", call + ".noise1", call + ".noise2")));
    }
  }

  @Test
  void rejectsSizesThatLatentsCannotHave() throws IOException {
    NoiseScheduler scheduler = scheduler(_ -> {});
    assertThatThrownBy(
            () -> pipeline().textToImage(guidance("a", 5), scheduler.denoising(5), 15, 16, noise()))
        .hasMessage("height and width must be multiples of 2, got 15 and 16");
  }
}
