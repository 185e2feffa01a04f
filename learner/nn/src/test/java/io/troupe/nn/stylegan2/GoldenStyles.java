package io.troupe.nn.stylegan2;

import io.troupe.nn.lm.ConfigJson;

/** The settings of the golden StyleGAN2 models. */
public final class GoldenStyles {
  private GoldenStyles() {}

  /** The architecture of a {@code config.json}. */
  public static StyleGan2.Architecture architecture(ConfigJson config) {
    ConfigJson generator = config.object("G").orElseThrow();
    ConfigJson discriminator = config.object("D").orElseThrow();
    ConfigJson synthesis = generator.object("synthesis_kwargs").orElseThrow();
    ConfigJson epilogue = discriminator.object("epilogue_kwargs").orElseThrow();
    return new StyleGan2.Architecture(
        generator.positive("img_channels", 0),
        generator.positive("img_resolution", 0),
        generator.positive("z_dim", 0),
        generator.positive("w_dim", 0),
        (int) generator.number("c_dim", 0),
        generator.object("mapping_kwargs").orElseThrow().positive("num_layers", 0),
        discriminator.object("mapping_kwargs").map(m -> m.positive("num_layers", 0)).orElse(8),
        synthesis.positive("channel_base", 0),
        synthesis.positive("channel_max", 0),
        StyleGan2.Connections.named(synthesis.text("architecture", "skip")),
        StyleGan2.Connections.named(discriminator.text("architecture", "resnet")),
        synthesis.number("conv_clamp", 0),
        discriminator.number("conv_clamp", 0),
        epilogue.positive("mbstd_group_size", 0),
        epilogue.positive("mbstd_num_channels", 1));
  }
}
