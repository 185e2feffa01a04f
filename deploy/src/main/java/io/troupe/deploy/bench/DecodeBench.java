package io.troupe.deploy.bench;

import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.deploy.bench.result.MachineLimits;
import io.troupe.deploy.bench.result.Timings;
import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.service.DecodingEvent;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.service.InlineDecoder;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.random.Philox;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Decoding, end to end with prefill: the work of {@code transformers.generate} on a batch of
 * different prompts.
 *
 * @param batch prompts per batch
 * @param doSample temperature 1, top-k 50 and top-p 0.95 instead of greedy
 * @param promptTokens length of each prompt
 * @param newTokens length of each completion
 */
record DecodeBench(int batch, boolean doSample, int promptTokens, int newTokens) {

  BenchResult run(
      BenchShape shape,
      CausalLM model,
      Tokenizer tokenizer,
      MachineLimits limits,
      Timings.Plan plan)
      throws Exception {
    int length = promptTokens + newTokens;
    int cached = batch * (length + 2 * 16);
    DecodingLimits room = new DecodingLimits(batch, cached, Math.max(2048, promptTokens));
    GenerationConfig greedy = GenerationConfig.greedy(newTokens).withEosTokenIds(Set.of());
    GenerationConfig config = doSample ? greedy.withSampling(1, 50, 0.95, 0) : greedy;
    Timings timings;
    try (InlineDecoder decoder = new InlineDecoder(model, tokenizer, room)) {
      timings = plan.measure(() -> decode(decoder, config));
    }
    return new BenchResult(
        "decode",
        "decode %s batch %d %s, %d + %d tokens"
            .formatted(shape, batch, mode(), promptTokens, newTokens),
        settings(shape),
        "tok",
        (double) batch * newTokens,
        timings,
        OptionalDouble.of(floor(shape, limits)),
        Map.of());
  }

  private void decode(InlineDecoder decoder, GenerationConfig config) {
    Philox random = Philox.of(1);
    int[] tokens = new int[1];
    for (int i = 0; i < batch; i++) {
      int[] ids = new int[promptTokens];
      for (int t = 0; t < promptTokens; t++) {
        ids[t] = 3 + (int) (61 * random.derive(i).uniform(t));
      }
      Prompt prompt = new Prompt(i, "", ids, Map.of());
      decoder
          .service()
          .submit(new DecodingRequest(new GroupSpec(i, prompt, 1, 0), config, Events.COMPLETIONS))
          .next()
          .thenAccept(event -> tokens[0] += numTokens(event.orElseThrow()));
    }
    while (decoder.advance()) {
      // one token for every sequence of the batch
    }
    if (tokens[0] != batch * newTokens) {
      throw new IllegalStateException(
          "decoded " + tokens[0] + " tokens instead of " + batch * newTokens);
    }
  }

  private static int numTokens(DecodingEvent event) {
    return ((RequestCompleted) event).group().completions().getFirst().tokenIds().length;
  }

  private String mode() {
    return doSample ? "sample" : "greedy";
  }

  private Map<String, Object> settings(BenchShape shape) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("shape", shape.toString());
    settings.put("batch", batch);
    settings.put("mode", mode());
    settings.put("prompt", promptTokens);
    settings.put("new", newTokens);
    return settings;
  }

  /**
   * Each step reads the weights and every key and value once, and multiplies each row with them.
   */
  private double floor(BenchShape shape, MachineLimits limits) {
    double prefillAdds =
        (double) batch
            * promptTokens
            * (shape.multiplyAddsPerToken() + shape.attentionMultiplyAdds(promptTokens / 2.0));
    double seconds = limits.floorSeconds(prefillAdds, shape.weightBytes());
    double positions = promptTokens + newTokens / 2.0;
    return seconds
        + (newTokens - 1)
            * limits.floorSeconds(
                batch * (shape.multiplyAddsPerToken() + shape.attentionMultiplyAdds(positions)),
                shape.weightBytes() + batch * shape.cacheBytes(positions));
  }
}
