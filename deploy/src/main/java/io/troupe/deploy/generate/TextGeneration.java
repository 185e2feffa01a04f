package io.troupe.deploy.generate;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.RequestChecks;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.pretrained.PretrainedPolicy;
import io.troupe.rollout.service.DecoderThread;
import io.troupe.rollout.service.DecodingEvent;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.service.DecodingService;
import io.troupe.rollout.service.DecodingStream;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.rollout.tokenizer.VocabularyCheck;
import io.troupe.tensor.backend.KvPages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model and its tokenizer, ready to continue prompts. The caller closes it. */
public final class TextGeneration implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TextGeneration.class);
  private static final int MAX_BATCH_SEQUENCES = 64;
  private static final int MAX_PREFILL_TOKENS = 2048;
  private static final Duration PASS_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final PretrainedPolicy policy;
  private DecoderThread decoder; // of the last generation

  private TextGeneration(PretrainedPolicy policy) {
    this.policy = policy;
  }

  /**
   * Loads the model of a folder.
   *
   * @param threads of the compute pool; 0 for one per core
   * @throws IllegalArgumentException if the folder has no model with a tokenizer that fits it
   */
  public static TextGeneration open(Path folder, int threads) {
    return new TextGeneration(PretrainedPolicy.load(folder, threads));
  }

  /** The model. */
  public CausalLM model() {
    return policy.model();
  }

  /** Its tokenizer. */
  public Tokenizer tokenizer() {
    return policy.tokenizer();
  }

  /**
   * Continues prompts.
   *
   * @param textDeltas gets the text of the first prompt's first sequence while it is decoded; that
   *     of a beam search at its end. Null if the text is not needed in advance
   * @param result gets every sequence in the order of the prompts
   * @throws IllegalArgumentException if the model cannot continue a prompt
   * @throws InterruptedException if the calling thread is interrupted; decoding has ended then
   */
  public void generate(
      List<Prompt> prompts,
      GenerationConfig config,
      Consumer<String> textDeltas,
      Consumer<GeneratedSequence> result)
      throws InterruptedException {
    for (Prompt prompt : prompts) {
      VocabularyCheck.requireKnown(
          model().config(), tokenizer(), prompt.tokenIds(), "prompt " + (prompt.id() + 1));
      RequestChecks.requireDecodable(model().config(), prompt);
    }
    DecodingLimits limits = limits(prompts, config);
    try (DecoderThread thread =
        new DecoderThread("troupe-decoder", model(), tokenizer(), limits, CLOSE_TIMEOUT)) {
      decoder = thread;
      DecodingService service = thread.service();
      List<DecodingStream> streams = new ArrayList<>();
      for (Prompt prompt : prompts) {
        Events events =
            textDeltas != null && streams.isEmpty() ? Events.TOKENS : Events.COMPLETIONS;
        streams.add(service.submit(DecodingRequest.of(streams.size(), prompt, config, events)));
      }
      var firstEvents = streams.stream().map(DecodingStream::next).toList();
      for (int i = 0; i < streams.size(); i++) {
        DecodingEvent event = service.await(firstEvents.get(i), PASS_TIMEOUT).orElseThrow();
        Consumer<String> deltas = i == 0 ? textDeltas : null;
        report(readTokens(streams.get(i), event, deltas), deltas, result);
      }
    }
  }

  /** Passes the tokens of the first sequence on; returns the end of the stream. */
  private static RequestCompleted readTokens(
      DecodingStream stream, DecodingEvent first, Consumer<String> textDeltas)
      throws InterruptedException {
    DecodingEvent event = first;
    while (event instanceof TokenDecoded token) {
      if (token.sampleIndex() == 0) {
        textDeltas.accept(token.textDelta());
      }
      event = stream.await(PASS_TIMEOUT).orElseThrow();
    }
    return (RequestCompleted) event;
  }

  private static void report(
      RequestCompleted completed, Consumer<String> textDeltas, Consumer<GeneratedSequence> result) {
    Prompt prompt = completed.group().spec().prompt();
    List<Completion> completions = completed.group().completions();
    List<Float> scores = completed.beamScores();
    if (textDeltas != null && !scores.isEmpty()) {
      textDeltas.accept(completions.getFirst().text());
    }
    for (int i = 0; i < completions.size(); i++) {
      result.accept(
          new GeneratedSequence(
              prompt,
              completions.get(i),
              scores.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(scores.get(i))));
    }
  }

  private DecodingLimits limits(List<Prompt> prompts, GenerationConfig config) {
    int sequences =
        (int) Math.min(MAX_BATCH_SEQUENCES, (long) prompts.size() * config.numReturnSequences());
    int beams = Math.max(sequences, config.numBeams());
    int longest = prompts.stream().mapToInt(prompt -> prompt.tokenIds().length).max().orElse(1);
    int length =
        (int)
            Math.min(
                model().config().maxPositionEmbeddings(), (long) longest + config.maxNewTokens());
    long pages = (long) beams * (PagedKvCache.pagesFor(longest) + PagedKvCache.pagesFor(length));
    return new DecodingLimits(
        sequences,
        Math.toIntExact(Math.min(pages * KvPages.PAGE_SIZE, Integer.MAX_VALUE / 2)),
        MAX_PREFILL_TOKENS,
        Math.max(1, prompts.size()));
  }

  /** Releases everything, unless a decoder that has not ended in time still uses the model. */
  @Override
  public void close() {
    if (decoder != null && !decoder.hasEnded()) {
      LOG.warn("the memory of the model is not released, because a forward pass is still running");
      return;
    }
    policy.close();
  }
}
