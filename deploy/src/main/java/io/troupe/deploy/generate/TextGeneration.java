package io.troupe.deploy.generate;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.beam.Beam;
import io.troupe.rollout.beam.BeamSearch;
import io.troupe.rollout.engine.DecodingEngine;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.streams.decoding.DecodingEvent.GroupDecoded;
import io.troupe.streams.decoding.DecodingEvent.TokenDecoded;
import io.troupe.streams.decoding.DecodingRequest;
import io.troupe.tensor.Engine;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.cpu.CpuBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A model and its tokenizer, ready to continue prompts. Whoever opens it closes it. */
public final class TextGeneration implements AutoCloseable {
  private static final int MAX_BATCH_SEQUENCES = 64;
  private static final int MAX_PREFILL_TOKENS = 2048;

  private final Engine engine;
  private final CausalLM model;
  private final Tokenizer tokenizer;

  private TextGeneration(Engine engine, CausalLM model, Tokenizer tokenizer) {
    this.engine = engine;
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /**
   * Loads the model of a folder.
   *
   * @param threads of the compute pool; 0 for one per core
   * @throws IllegalArgumentException if it does not hold a model and a tokenizer that fit together
   */
  public static TextGeneration open(Path folder, int threads) {
    Engine engine = Engine.of(CpuBackend.create(threads));
    CausalLM model = null;
    Tokenizer tokenizer = null;
    try {
      model = PretrainedModel.load(folder, engine);
      tokenizer = AutoTokenizer.load(folder);
      requireFit(folder, model, tokenizer);
      return new TextGeneration(engine, model, tokenizer);
    } catch (RuntimeException e) {
      if (tokenizer != null) {
        tokenizer.close();
      }
      if (model != null) {
        model.close();
      }
      engine.close();
      throw e;
    }
  }

  private static void requireFit(Path folder, CausalLM model, Tokenizer tokenizer) {
    if (tokenizer.vocabSize() > model.config().vocabSize()) {
      throw new IllegalArgumentException(
          "the tokenizer of %s has %d tokens, but the model's vocab_size is %d: use the tokenizer"
                  .formatted(folder, tokenizer.vocabSize(), model.config().vocabSize())
              + " that belongs to the model");
    }
  }

  /** The model. */
  public CausalLM model() {
    return model;
  }

  /** Its tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Continues prompts.
   *
   * @param textDeltas is given the text of the first prompt's first sequence as it comes; null to
   *     wait for the whole
   * @param result is given every sequence, in order of prompts, once its prompt is done
   * @throws IllegalArgumentException if a prompt cannot be continued by the model
   */
  public void generate(
      List<Prompt> prompts,
      GenerationConfig config,
      Consumer<String> textDeltas,
      Consumer<GeneratedSequence> result) {
    prompts.forEach(prompt -> DecodingEngine.requireDecodable(model.config(), prompt));
    if (config.numBeams() > 1) {
      search(prompts, config, textDeltas, result);
    } else {
      decode(prompts, config, textDeltas, result);
    }
  }

  /** Beams are known at their end only: the first one's text comes in one piece. */
  private void search(
      List<Prompt> prompts,
      GenerationConfig config,
      Consumer<String> textDeltas,
      Consumer<GeneratedSequence> result) {
    BeamSearch search = new BeamSearch(model, tokenizer);
    for (Prompt prompt : prompts) {
      List<Beam> beams = search.search(prompt, config);
      if (textDeltas != null && prompt.id() == prompts.getFirst().id()) {
        textDeltas.accept(beams.getFirst().completion().text());
      }
      for (Beam beam : beams) {
        result.accept(
            new GeneratedSequence(prompt, beam.completion(), OptionalDouble.of(beam.score())));
      }
    }
  }

  private void decode(
      List<Prompt> prompts,
      GenerationConfig config,
      Consumer<String> textDeltas,
      Consumer<GeneratedSequence> result) {
    InOrder inOrder = new InOrder(result);
    List<DecodingRequest> requests = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      GroupSpec spec = new GroupSpec(i, prompts.get(i), config.numReturnSequences(), config.seed());
      requests.add(new DecodingRequest(spec, config, i == 0 && textDeltas != null));
    }
    DecodingLimits limits = limits(prompts, config);
    try (DecodedEvents events =
        DecodedEvents.of(requests, () -> new DecodingEngine(model, tokenizer, limits))) {
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        switch (event.get()) {
          case TokenDecoded token when token.sampleIndex() == 0 ->
              textDeltas.accept(token.textDelta());
          case TokenDecoded _ -> {} // of another sequence
          case GroupDecoded(SampledGroup group) -> inOrder.add(group);
        }
      }
    }
  }

  private DecodingLimits limits(List<Prompt> prompts, GenerationConfig config) {
    int sequences =
        (int) Math.min(MAX_BATCH_SEQUENCES, (long) prompts.size() * config.numReturnSequences());
    int longest = prompts.stream().mapToInt(prompt -> prompt.tokenIds().length).max().orElse(1);
    int length =
        (int)
            Math.min(
                model.config().maxPositionEmbeddings(), (long) longest + config.maxNewTokens());
    long pages =
        (long) sequences * (PagedKvCache.pagesFor(longest) + PagedKvCache.pagesFor(length));
    return new DecodingLimits(
        sequences,
        Math.toIntExact(Math.min(pages * KvPages.PAGE_SIZE, Integer.MAX_VALUE / 2)),
        MAX_PREFILL_TOKENS,
        Math.max(1, prompts.size()));
  }

  /** Passes groups on in the order of prompts, whichever is done first. */
  private static final class InOrder {
    private final Consumer<GeneratedSequence> result;
    private final TreeMap<Long, SampledGroup> done = new TreeMap<>();
    private long next;

    InOrder(Consumer<GeneratedSequence> result) {
      this.result = result;
    }

    void add(SampledGroup added) {
      done.put(added.spec().groupId(), added);
      for (SampledGroup group = done.remove(next); group != null; group = done.remove(next)) {
        next++;
        Prompt prompt = group.spec().prompt();
        for (Completion completion : group.completions()) {
          result.accept(new GeneratedSequence(prompt, completion, OptionalDouble.empty()));
        }
      }
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    model.close();
    engine.close();
  }
}
