package io.troupe.deploy;

import io.troupe.data.image.ImageFile;
import io.troupe.data.image.ImageSize;
import io.troupe.deploy.diffusion.Drawing;
import io.troupe.deploy.diffusion.Prompts;
import io.troupe.deploy.report.PictureGrid;
import io.troupe.deploy.report.PngFile;
import io.troupe.deploy.view.Figures;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.WriteFailure;
import io.troupe.nn.diffusers.AutoencoderConfig;
import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.pipelines.Control;
import io.troupe.nn.pipelines.DiffusionPipeline;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code troupe draw}: images from texts with a directory of Stable Diffusion. */
@Command(
    name = "draw",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = "troupe draw DIR --prompt TEXT [OPTIONS]",
    description = {
      "Draws images from a text with a Stable Diffusion directory in the layout of diffusers"
          + " (model_index.json, unet, vae, text_encoder, tokenizer, scheduler).",
      "",
      "With --image, the text changes an image; with --mask too, only the white part of the mask."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe draw DIR --prompt 'a red circle' --num 4",
      "troupe draw DIR --prompt 'a blue star' --image circle.png --strength 0.6"
    })
final class DrawCommand implements Callable<Integer> {
  private static final int COLUMNS = 4;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Directory of the pipeline.")
  private Path folder;

  @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "Text to draw.")
  private String prompt;

  @Option(
      names = "--negative-prompt",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "Text to stay away from (default: empty).")
  private String negative;

  @Option(
      names = "--num",
      defaultValue = "1",
      paramLabel = "N",
      description = "Number of images (default: ${DEFAULT-VALUE}).")
  private int num;

  @Option(
      names = "--steps",
      defaultValue = "50",
      paramLabel = "N",
      description = "Number of inference steps (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--guidance",
      defaultValue = "7.5",
      paramLabel = "X",
      description =
          "Classifier-free guidance scale; 1: no extrapolation (default: ${DEFAULT-VALUE}).")
  private double guidance;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed; the same seed gives the same images (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--height",
      paramLabel = "N",
      description = "Rows of the images (default: as in training).")
  private Integer height;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Columns of the images (default: as in training).")
  private Integer width;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "Image that the text changes; it is resized to the size of the images.")
  private Path image;

  @Option(
      names = "--strength",
      defaultValue = "0.8",
      paramLabel = "X",
      description =
          "With --image: share of the steps that change it, above 0 and up to 1 (default:"
              + " ${DEFAULT-VALUE}).")
  private double strength;

  @Option(
      names = "--mask",
      paramLabel = "FILE",
      description = "With --image: gray image whose white part is repainted.")
  private Path mask;

  @Option(
      names = "--controlnet",
      paramLabel = "DIR",
      description =
          "Directory of a ControlNet (config.json, diffusion_pytorch_model.safetensors)."
              + " Repeatable.")
  private List<Path> controlNets = List.of();

  @Option(
      names = "--condition",
      paramLabel = "FILE",
      description = "Image that a ControlNet reads; one for each --controlnet, in their order.")
  private List<Path> conditions = List.of();

  @Option(
      names = "--control-scale",
      paramLabel = "X",
      description = "Weight of a ControlNet; one for each --controlnet, or none (default: 1).")
  private List<Double> controlScales = List.of();

  @Option(
      names = "--out",
      defaultValue = "images.png",
      paramLabel = "FILE.png",
      description = "File for the images, as a grid (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--tensors",
      paramLabel = "FILE.safetensors",
      description = "Also write the images as a tensor input, in [0, 1].")
  private Path tensors;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "Number of compute threads. 0: one per core (default: 0).")
  private int threads;

  @Override
  public Integer call() {
    Arguments.read(spec, this::checked);
    long startNs = System.nanoTime();
    try (Tokenizer tokenizer = AutoTokenizer.load(folder.resolve(DiffusionPipeline.TOKENIZER));
        Engine engine = Engine.of(CpuBackend.create(threads));
        Scope _ = engine.open("pipeline")) {
      DiffusionPipeline pipeline = DiffusionPipeline.load(folder);
      Tensor drawn = drawn(pipeline, tokenizer, engine);
      write(drawn);
      PrintWriter writer = spec.commandLine().getOut();
      writer.printf(
          "%d %s of %d x %d in %s, %.1f s%n",
          num,
          num == 1 ? "image" : "images",
          drawn.size(2),
          drawn.size(3),
          Figures.path(out),
          (System.nanoTime() - startNs) * 1e-9);
      writer.flush();
    }
    return ExitCode.OK;
  }

  private Path checked() {
    Arguments.requireAtLeast("--num", num, 1);
    Arguments.requireAtLeast("--steps", steps, 1);
    Arguments.requireAtLeast("--threads", threads, 0);
    drawing(null, null, List.of());
    if (conditions.size() != controlNets.size()
        || (!controlScales.isEmpty() && controlScales.size() != controlNets.size())) {
      throw new IllegalArgumentException(
          "--condition must be set once for each --controlnet, and --control-scale too or never,"
              + " got"
              + " %d and %d for %d"
                  .formatted(conditions.size(), controlScales.size(), controlNets.size()));
    }
    if (mask != null && image == null) {
      throw new IllegalArgumentException("--image must be set with --mask, got none");
    }
    if (tensors != null) {
      OutputFile.requireWritable("--tensors", tensors);
    }
    return OutputFile.requireWritable("--out", out);
  }

  private Drawing drawing(Tensor start, Tensor repainted, List<Control> controls) {
    return new Drawing(
        prompt, negative, guidance, steps, seed, start, repainted, strength, controls);
  }

  private List<Control> controls(DiffusionPipeline pipeline, int rows, int columns) {
    List<Control> controls = new ArrayList<>();
    for (int i = 0; i < controlNets.size(); i++) {
      ControlNetModel network = pipeline.controlNet(controlNets.get(i));
      ImageSize size = new ImageSize(rows, columns, network.config().conditionChannels());
      controls.add(
          new Control(
              network,
              read(conditions.get(i), size),
              controlScales.isEmpty() ? 1 : controlScales.get(i)));
    }
    return controls;
  }

  private Tensor drawn(DiffusionPipeline pipeline, Tokenizer tokenizer, Engine engine) {
    AutoencoderConfig vae = pipeline.vae().config();
    int side = pipeline.unet().config().sampleSize() * vae.reduction();
    int rows = height == null ? side : height;
    int columns = width == null ? side : width;
    Drawing drawing =
        drawing(
            image == null ? null : read(image, new ImageSize(rows, columns, vae.inChannels())),
            mask == null ? null : read(mask, new ImageSize(rows, columns, 1)),
            controls(pipeline, rows, columns));
    Prompts prompts =
        new Prompts(
            tokenizer,
            pipeline.textEncoder().config().maxPositionEmbeddings(),
            pipeline.textEncoder().config().eosTokenId());
    if (prompts.isCut(prompt)) {
      spec.commandLine()
          .getErr()
          .printf("--prompt has more than %d tokens; the last are ignored%n", prompts.length());
    }
    Tensor all = Tensor.empty(DType.FLOAT32, Shape.of(num, vae.outChannels(), rows, columns));
    for (int i = 0; i < num; i++) {
      try (Scope _ = engine.open("image " + i)) {
        all.rows(i, i + 1).copyFrom(drawing.image(pipeline, prompts, i, rows, columns));
      }
    }
    return all;
  }

  private static Tensor read(Path file, ImageSize size) {
    byte[] pixels = new ImageFile(file).pixels(size);
    float[] values = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      values[i] = (pixels[i] & 0xFF) / 255f;
    }
    return Tensor.of(values, 1, size.channels(), size.height(), size.width());
  }

  private void write(Tensor drawn) {
    PictureGrid grid =
        new PictureGrid("", Math.min(COLUMNS, num), drawn.size(1), drawn.size(2), drawn.size(3));
    try {
      PngFile.write(grid.add(drawn.toFloats(), List.of()).draw(), out);
      if (tensors != null) {
        SafetensorsWriter.write(tensors, Map.of("input", drawn));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the images: " + WriteFailure.reason(e), e);
    }
  }
}
