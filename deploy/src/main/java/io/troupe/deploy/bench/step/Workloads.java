package io.troupe.deploy.bench.step;

import io.troupe.nn.losses.BCEWithLogitsLoss;
import io.troupe.nn.losses.CrossEntropyLoss;
import java.util.List;
import java.util.Map;

/** The training steps that can be measured. */
public final class Workloads {
  private static final Objective CLASSES = Objective.plain(CrossEntropyLoss.of());
  private static final OptimizerText ADAM_OF_GRAPHS =
      new OptimizerText("optim = adam, learning-rate = 0.01, weight-decay = 5e-4");

  /** Two encoders of six layers, patches of 8 x 8. */
  private static final Map<String, String> SMALL_CLIP =
      Map.ofEntries(
          Map.entry("image_size", "64"),
          Map.entry("patch_size", "8"),
          Map.entry("vocab_size", "1000"),
          Map.entry("max_position_embeddings", "32"),
          Map.entry("projection_dim", "256"),
          Map.entry("text_hidden_size", "256"),
          Map.entry("text_intermediate_size", "1024"),
          Map.entry("text_num_hidden_layers", "6"),
          Map.entry("text_num_attention_heads", "4"),
          Map.entry("vision_hidden_size", "256"),
          Map.entry("vision_intermediate_size", "1024"),
          Map.entry("vision_num_hidden_layers", "6"),
          Map.entry("vision_num_attention_heads", "4"));

  private static final List<Workload> ALL =
      List.of(
          classifier(
              "lenet5",
              Map.of("activation", "relu", "pooling", "max", "hidden", "84"),
              64,
              OptimizerText.SGD,
              1,
              28,
              28),
          classifier("simplecnn", Map.of(), 32, OptimizerText.ADAM, 1, 28, 28),
          classifier("resnet18", Map.of("num_classes", "1000"), 8, OptimizerText.SGD, 3, 64, 64),
          classifier("resnet50", Map.of("num_classes", "1000"), 8, OptimizerText.SGD, 3, 64, 64),
          classifier(
              "vit_tiny",
              Map.of("image_size", "32", "patch_size", "4", "num_classes", "10"),
              32,
              OptimizerText.ADAMW,
              3,
              32,
              32),
          classifier("swin_t", Map.of(), 4, OptimizerText.ADAMW, 3, 64, 64),
          classifier(
              "lstm",
              Map.of("input_size", "64", "hidden_size", "128"),
              32,
              OptimizerText.ADAM,
              64,
              64),
          new NodeWorkload("gcn", ADAM_OF_GRAPHS),
          new NodeWorkload("gat", ADAM_OF_GRAPHS),
          new TypedNodeWorkload(
              "hgt",
              Map.of("heads", "4", "hidden_channels", "64"),
              new OptimizerText("optim = adam, learning-rate = 5e-3, weight-decay = 0")),
          new ExampleWorkload(
              "unet",
              "unet",
              Map.of("base", "32"),
              8,
              Examples.masked(3, 64, 64),
              Objective.plain(BCEWithLogitsLoss.of()),
              OptimizerText.ADAM),
          diffusion("unet2d", pixelsOf32("32,64,64", "8"), 8),
          diffusion("unet2d-60m", pixelsOf32("128,256,384,512", "32"), 2),
          new ExampleWorkload(
              "dcgan",
              "dcgan",
              Map.of(),
              16,
              Examples.inputs(3, 64, 64),
              Objective.adversarial(),
              new OptimizerText("optim = adam, learning-rate = 2e-4, adam-beta1 = 0.5")),
          new ExampleWorkload(
              "clip",
              "clip",
              SMALL_CLIP,
              16,
              Examples.captioned(3, 64, 32),
              Objective.pairs(),
              OptimizerText.ADAMW),
          new ExampleWorkload(
              "bert",
              "bert",
              Map.of(),
              4,
              Examples.texts(128),
              Objective.maskedTokens(),
              OptimizerText.ADAMW));

  private Workloads() {}

  private static Workload classifier(
      String model,
      Map<String, String> settings,
      int batch,
      OptimizerText optimizer,
      int... sizes) {
    return new ExampleWorkload(
        model, model, settings, batch, Examples.labeled(sizes), CLASSES, optimizer);
  }

  private static Map<String, String> pixelsOf32(String channels, String groups) {
    return Map.of(
        "in_channels",
        "3",
        "image_size",
        "32",
        "block_out_channels",
        channels,
        "norm_num_groups",
        groups,
        "num_classes",
        "0");
  }

  private static Workload diffusion(String name, Map<String, String> settings, int batch) {
    return new ExampleWorkload(
        name,
        "ddpm",
        settings,
        batch,
        Examples.inputs(3, 32, 32),
        Objective.images(),
        new OptimizerText("optim = adam, learning-rate = 2e-4"));
  }

  /** The names of all. */
  public static List<String> names() {
    return ALL.stream().map(Workload::name).toList();
  }

  /**
   * The workload with a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Workload of(String name) {
    return ALL.stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model must be one of " + String.join(", ", names()) + ", got " + name));
  }
}
