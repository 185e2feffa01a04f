package io.troupe.nn.registry;

import io.troupe.nn.gemma.Gemma2Config;
import io.troupe.nn.gemma.Gemma3Config;
import io.troupe.nn.gemma.GemmaConfig;
import io.troupe.nn.mistral.MistralConfig;
import io.troupe.nn.mixtral.MixtralConfig;
import io.troupe.nn.olmo2.Olmo2Config;
import io.troupe.nn.phi3.Phi3Config;
import io.troupe.nn.qwen3.Qwen3Config;
import io.troupe.nn.qwen3.Qwen3MoeConfig;
import io.troupe.nn.smollm3.SmolLM3Config;
import java.util.List;

/** The families of decoders that are described by their configuration alone. */
final class DecoderFamilies {
  private static final String WINDOW = "positions that a row attends to";
  private static final String EXPERTS_PER_TOKEN = "experts that process a token";
  private static final String ATTENTION_SCALE = "scores are divided by its root";

  private DecoderFamilies() {}

  /** All families. */
  static List<DecoderEntry> all() {
    return List.of(
        qwen3(),
        qwen3Moe(),
        mistral(),
        mixtral(),
        gemma(),
        gemma2(),
        gemma3(),
        phi3(),
        smolLM3(),
        olmo2());
  }

  /** Qwen3; the default sizes are those of Qwen3-0.6B. */
  private static DecoderEntry qwen3() {
    return new DecoderEntry(
        Qwen3Config.QWEN3,
        "Qwen3ForCausalLM",
        "Qwen3",
        DecoderSettings.of(151_936, 1024, 3072, 28, 16, 8, 128)
            .withPositions(40960, 1_000_000)
            .withTied(true)
            .list(),
        Qwen3Config::read);
  }

  /** OLMo 2; the default sizes are those of OLMo-2-0425-1B. */
  private static DecoderEntry olmo2() {
    return new DecoderEntry(
        Olmo2Config.OLMO2,
        "Olmo2ForCausalLM",
        "OLMo 2",
        DecoderSettings.of(100_352, 2048, 8192, 16, 16, 16, 128)
            .withPositions(4096, 500_000)
            .withTied(false)
            .list(),
        Olmo2Config::read);
  }

  /** Mistral; the default sizes are those of Mistral-7B-v0.1. */
  private static DecoderEntry mistral() {
    return new DecoderEntry(
        MistralConfig.MISTRAL,
        "MistralForCausalLM",
        "Mistral 7B and models of the same architecture",
        DecoderSettings.of(32000, 4096, 14336, 32, 32, 8, 128)
            .with("sliding_window", 4096, 1 << 24, WINDOW)
            .withPositions(32768, 10_000)
            .withTied(false)
            .list(),
        MistralConfig::read);
  }

  /** Gemma; the default sizes are those of gemma-2b. */
  private static DecoderEntry gemma() {
    return new DecoderEntry(
        GemmaConfig.GEMMA,
        "GemmaForCausalLM",
        "Gemma, first generation",
        DecoderSettings.of(256_000, 2048, 16384, 18, 8, 1, 256)
            .withPositions(8192, 10_000)
            .withTied(true)
            .list(),
        GemmaConfig::read);
  }

  /** Gemma 2; the default sizes are those of gemma-2-2b. */
  private static DecoderEntry gemma2() {
    return new DecoderEntry(
        Gemma2Config.GEMMA2,
        "Gemma2ForCausalLM",
        "Gemma 2",
        DecoderSettings.of(256_000, 2304, 9216, 26, 8, 4, 256)
            .with("query_pre_attn_scalar", 256, 1 << 16, ATTENTION_SCALE)
            .with("sliding_window", 4096, 1 << 24, WINDOW)
            .withReal("attn_logit_softcapping", 50, 1e6, "soft cap of attention scores")
            .withReal("final_logit_softcapping", 30, 1e6, "soft cap of logits")
            .withPositions(8192, 10_000)
            .withTied(true)
            .list(),
        Gemma2Config::read);
  }

  /** Gemma 3; the default sizes are those of gemma-3-270m. */
  private static DecoderEntry gemma3() {
    return new DecoderEntry(
        Gemma3Config.GEMMA3,
        "Gemma3ForCausalLM",
        "Gemma 3 for text",
        DecoderSettings.of(262_144, 640, 2048, 18, 4, 1, 256)
            .with("query_pre_attn_scalar", 256, 1 << 16, ATTENTION_SCALE)
            .with("sliding_window", 512, 1 << 24, WINDOW)
            .with("sliding_window_pattern", 6, 1024, "every so many layers, one has no window")
            .withPositions(32768, 1_000_000)
            .withReal("rope_local_base_freq", 10_000, 1e12, "rotary base of layers with a window")
            .withTied(true)
            .list(),
        Gemma3Config::read);
  }

  /** Phi-3; the default sizes are those of Phi-3-mini-4k-instruct. */
  private static DecoderEntry phi3() {
    return new DecoderEntry(
        Phi3Config.PHI3,
        "Phi3ForCausalLM",
        "Phi-3 and Phi-4-mini",
        DecoderSettings.of(32064, 3072, 8192, 32, 32, 32, 96)
            .with("sliding_window", 2047, 1 << 24, WINDOW)
            .withPositions(4096, 10_000)
            .withTied(false)
            .list(),
        Phi3Config::read);
  }

  /** SmolLM3; the default sizes are those of SmolLM3-3B. */
  private static DecoderEntry smolLM3() {
    return new DecoderEntry(
        SmolLM3Config.SMOLLM3,
        "SmolLM3ForCausalLM",
        "SmolLM3",
        DecoderSettings.of(128_256, 2048, 11008, 36, 16, 4, 128)
            .with("no_rope_layer_interval", 4, 1024, "every so many layers, one has no positions")
            .withPositions(65536, 5_000_000)
            .withTied(true)
            .list(),
        SmolLM3Config::read);
  }

  /** Mixtral; the default sizes are those of Mixtral-8x7B-v0.1. */
  private static DecoderEntry mixtral() {
    return new DecoderEntry(
        MixtralConfig.MIXTRAL,
        "MixtralForCausalLM",
        "Mixtral, a mixture of experts",
        DecoderSettings.of(32000, 4096, 14336, 32, 32, 8, 128)
            .with("num_local_experts", 8, 1 << 12, "experts of each layer")
            .with("num_experts_per_tok", 2, 1 << 12, EXPERTS_PER_TOKEN)
            .withPositions(32768, 1_000_000)
            .withTied(false)
            .list(),
        MixtralConfig::read);
  }

  /** Qwen3 with experts; the default sizes are those of Qwen3-30B-A3B. */
  private static DecoderEntry qwen3Moe() {
    return new DecoderEntry(
        Qwen3MoeConfig.QWEN3_MOE,
        "Qwen3MoeForCausalLM",
        "Qwen3 with a mixture of experts",
        DecoderSettings.of(151_936, 2048, 6144, 48, 32, 4, 128)
            .with("num_experts", 128, 1 << 12, "experts of each layer")
            .with("num_experts_per_tok", 8, 1 << 12, EXPERTS_PER_TOKEN)
            .with("moe_intermediate_size", 768, 1 << 20, "inner features of an expert")
            .withFlag("norm_topk_prob", true, "whether the weights of a token's experts sum to 1")
            .withPositions(40960, 1_000_000)
            .withTied(false)
            .list(),
        Qwen3MoeConfig::read);
  }
}
