package io.troupe.deploy.bench;

import io.troupe.nn.llama.LlamaConfig;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The models of the benchmarks: random weights in the shapes of known models, with tied embeddings.
 */
public enum BenchShape {
  /** 1.06 million parameters, a vocabulary of characters. */
  TINY("tiny", LlamaConfig.LLAMA, 128, 512, 4, 4, 4, 64),
  /** 15.2 million parameters, the shape of stories15M. */
  M15("15m", LlamaConfig.LLAMA, 288, 768, 6, 6, 6, 32_000),
  /** 109.5 million parameters, the shape of stories110M. */
  M110("110m", LlamaConfig.LLAMA, 768, 2048, 12, 12, 12, 32_000),
  /** 494 million parameters, the shape of Qwen2-0.5B: two key-value heads, biases on q, k and v. */
  B05("0.5b", LlamaConfig.QWEN2, 896, 4864, 24, 14, 2, 151_936);

  /** Tokens of the tokenizer that are no characters. */
  private static final int SPECIAL_TOKENS = 3;

  private final String id;
  private final String modelType;
  private final int hidden;
  private final int intermediate;
  private final int layers;
  private final int heads;
  private final int kvHeads;
  private final int vocab;

  BenchShape(
      String id,
      String modelType,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int kvHeads,
      int vocab) {
    this.id = id;
    this.modelType = modelType;
    this.hidden = hidden;
    this.intermediate = intermediate;
    this.layers = layers;
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.vocab = vocab;
  }

  /** The configuration; no token ends a text, so that every completion has its full length. */
  LlamaConfig config() {
    boolean qwen = modelType.equals(LlamaConfig.QWEN2);
    return LlamaConfig.builder()
        .modelType(modelType)
        .vocabSize(vocab)
        .hiddenSize(hidden)
        .intermediateSize(intermediate)
        .numHiddenLayers(layers)
        .numAttentionHeads(heads)
        .numKeyValueHeads(kvHeads)
        .maxPositionEmbeddings(qwen ? 2048 : 1024)
        .ropeTheta(qwen ? 1_000_000 : 10_000)
        .tieWordEmbeddings(true)
        .bosTokenId(OptionalInt.empty())
        .eosTokenIds(Set.of())
        .build();
  }

  /** A character for each token id: digits and signs, then others up to the vocabulary size. */
  Tokenizer tokenizer() {
    String first = "0123456789+=";
    int count = vocab - SPECIAL_TOKENS - first.length();
    StringBuilder alphabet = new StringBuilder(first);
    IntStream.rangeClosed('A', Character.MAX_CODE_POINT)
        .filter(c -> Character.isLetter(c) || Character.getType(c) == Character.PRIVATE_USE)
        .limit(count)
        .forEach(alphabet::appendCodePoint);
    return new CharacterTokenizer(alphabet.toString());
  }

  /** Multiply-adds of one token's forward pass through the matrices, head included. */
  long multiplyAddsPerToken() {
    long attention = 2L * hidden * hidden + 2L * hidden * keyValueSize();
    return layers * (attention + 3L * hidden * intermediate) + (long) hidden * vocab;
  }

  private int keyValueSize() {
    return hidden / heads * kvHeads;
  }

  /** Bytes of the weights in fp32. */
  long weightBytes() {
    return 4 * multiplyAddsPerToken();
  }

  /** Multiply-adds of attention for one query that sees {@code positions} keys. */
  double attentionMultiplyAdds(double positions) {
    return 2.0 * layers * hidden * positions;
  }

  /** Bytes of the keys and values of {@code positions} positions in fp32. */
  double cacheBytes(double positions) {
    return 8.0 * layers * keyValueSize() * positions;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return id;
  }
}
