package io.troupe.streams.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.streams.flight.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A random request, as JSON for both protocols and as the decoder reads it; and its completions, as
 * the protocols return them.
 */
record LoadedRequest(String json, DecodingRequest decoding) {
  private static final int MAX_TOKENS = 20;

  static LoadedRequest random(SplittableRandom random) {
    int[] prompt = IntStream.range(0, random.nextInt(1, 40)).map(i -> 3 + i % 50).toArray();
    boolean isGreedy = random.nextBoolean();
    int seed = random.nextInt(100);
    GenerationConfig config =
        isGreedy
            ? GenerationConfig.greedy(MAX_TOKENS)
            : GenerationConfig.sampling(MAX_TOKENS, 1.2).withNumReturnSequences(2);
    GroupSpec group =
        new GroupSpec(0, new Prompt(0, "", prompt, Map.of()), config.numReturnSequences(), seed);
    String json =
        """
        "prompt": %s, "max_tokens": %d, "temperature": %s, "n": %d, "seed": %d, "top_k": -1,
        "top_p": 1, "ignore_eos": true\
        """
            .formatted(
                Arrays.toString(prompt),
                MAX_TOKENS,
                isGreedy ? "0" : "1.2",
                config.numReturnSequences(),
                seed);
    return new LoadedRequest(
        json,
        new DecodingRequest(
            group, config.withSeed(seed).withEosTokenIds(Set.of()), Events.COMPLETIONS));
  }

  /** The command of Flight. */
  String command() {
    return "{" + json + "}";
  }

  /** The body of {@code /v1/completions}. */
  String body(boolean stream) {
    return "{%s, \"logprobs\": 0, \"return_token_ids\": true, \"stream\": %s}"
        .formatted(json, stream);
  }

  /** The completions in the rows of a Flight stream. */
  List<Completion> ofRows(List<Row> rows) {
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < decoding.config().numReturnSequences(); i++) {
      int sample = i;
      List<Row> own = rows.stream().filter(row -> row.sample() == sample).toList();
      require(own.getLast().finishReason().equals("length"), own);
      List<Row> tokens = own.subList(0, own.size() - 1);
      completions.add(
          completion(
              sample,
              tokens.stream().map(Row::tokenId).toList(),
              tokens.stream().map(Row::logProb).toList(),
              tokens.stream().map(Row::policyVersion).toList()));
    }
    return completions;
  }

  /** The completions in a response of HTTP, or in the events of one. */
  List<Completion> ofResponse(List<JsonNode> parts) {
    List<Completion> completions = new ArrayList<>();
    for (int i = 0; i < decoding.config().numReturnSequences(); i++) {
      List<Integer> tokenIds = new ArrayList<>();
      List<Float> logProbs = new ArrayList<>();
      List<Long> versions = new ArrayList<>();
      String finishReason = "";
      for (JsonNode part : parts) {
        for (JsonNode choice : part.path("choices")) {
          if (choice.path("index").intValue() == i) {
            choice.path("token_ids").forEach(id -> tokenIds.add(id.intValue()));
            choice.path("policy_versions").forEach(version -> versions.add(version.longValue()));
            for (JsonNode logProb : choice.path("logprobs").path("token_logprobs")) {
              logProbs.add(Float.valueOf(logProb.asText())); // without the detour by double
            }
            finishReason = choice.path("finish_reason").asText();
          }
        }
      }
      require(finishReason.equals("length"), parts);
      completions.add(completion(i, tokenIds, logProbs, versions));
    }
    return completions;
  }

  private static Completion completion(
      int sample, List<Integer> tokenIds, List<Float> logProbs, List<Long> versions) {
    float[] values = new float[logProbs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = logProbs.get(i);
    }
    return new Completion(
        sample,
        tokenIds.stream().mapToInt(i -> i).toArray(),
        values,
        versions.stream().mapToLong(i -> i).toArray(),
        "",
        new FinishReason.LengthLimit(MAX_TOKENS));
  }

  private static void require(boolean holds, Object answer) {
    if (!holds) {
      throw new AssertionError("each completion must end with its length, got " + answer);
    }
  }
}
