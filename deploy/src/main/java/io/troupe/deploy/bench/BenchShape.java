package io.troupe.deploy.bench;

import io.troupe.nn.llama.LlamaConfig;
import java.util.OptionalInt;
import java.util.Set;

/** The models of the benchmarks: Llama with random weights and tied embeddings. */
public enum BenchShape {
  /** 1.06 million parameters, a vocabulary of characters. */
  TINY("tiny", 128, 512, 4, 4, 64),
  /** 15.2 million parameters, the shape of stories15M. */
  M15("15m", 288, 768, 6, 6, 32_000);

  private final String id;
  private final int hidden;
  private final int intermediate;
  private final int layers;
  private final int heads;
  private final int vocab;

  BenchShape(String id, int hidden, int intermediate, int layers, int heads, int vocab) {
    this.id = id;
    this.hidden = hidden;
    this.intermediate = intermediate;
    this.layers = layers;
    this.heads = heads;
    this.vocab = vocab;
  }

  /** The configuration; no token ends a text, so that every completion has its full length. */
  LlamaConfig config() {
    return LlamaConfig.builder()
        .vocabSize(vocab)
        .hiddenSize(hidden)
        .intermediateSize(intermediate)
        .numHiddenLayers(layers)
        .numAttentionHeads(heads)
        .maxPositionEmbeddings(1024)
        .tieWordEmbeddings(true)
        .bosTokenId(OptionalInt.empty())
        .eosTokenIds(Set.of())
        .build();
  }

  /** Multiply-adds of one token's forward pass through the matrices, head included. */
  long multiplyAddsPerToken() {
    return layers * (4L * hidden * hidden + 3L * hidden * intermediate) + (long) hidden * vocab;
  }

  /** Bytes of the weights in fp32. */
  long weightBytes() {
    return 4 * multiplyAddsPerToken();
  }

  /** Multiply-adds of attention for one query that sees {@code positions} keys. */
  double attentionMultiplyAdds(double positions) {
    return 2.0 * layers * hidden * positions;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return id;
  }
}
