package io.troupe.rollout.engine;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.Optional;

/** One sample that is being decoded. */
final class SequenceDecoding {
  final GroupDecoding group;
  final int sampleIndex;
  final PageTable pages;
  private final Philox generator;
  private final TextStream text;
  private int[] tokenIds;
  private int numTokens;
  private float[] logProbs = new float[16];
  private long[] policyVersions = new long[16];

  /**
   * A sample that joins.
   *
   * @param pages reserved for it
   * @param text detokenises as tokens come; null when the text is only wanted at the end
   */
  SequenceDecoding(GroupDecoding group, int sampleIndex, PageTable pages, TextStream text) {
    this.group = group;
    this.sampleIndex = sampleIndex;
    this.pages = pages;
    this.text = text;
    this.generator = group.generator.derive(sampleIndex);
    this.tokenIds = Arrays.copyOf(group.spec.prompt().tokenIds(), group.promptLength() + 16);
    this.numTokens = group.promptLength();
  }

  /** Prompt and completion; only the first {@link #numTokens} are in use. */
  int[] tokenIds() {
    return tokenIds;
  }

  int numTokens() {
    return numTokens;
  }

  int completionLength() {
    return numTokens - group.promptLength();
  }

  int lastToken() {
    return tokenIds[numTokens - 1];
  }

  /** The number that decides the next token. */
  double uniform() {
    return generator.uniform(completionLength());
  }

  /** Takes the next token; the text that is certain with it, if text is followed. */
  String append(int tokenId, float logProb, long policyVersion) {
    int length = completionLength();
    if (numTokens == tokenIds.length) {
      tokenIds = Arrays.copyOf(tokenIds, 2 * numTokens);
    }
    if (length == logProbs.length) {
      logProbs = Arrays.copyOf(logProbs, 2 * length);
      policyVersions = Arrays.copyOf(policyVersions, 2 * length);
    }
    tokenIds[numTokens++] = tokenId;
    logProbs[length] = logProb;
    policyVersions[length] = policyVersion;
    return text == null ? "" : text.append(tokenId);
  }

  /** Why the sample ends with its last token, or null when it goes on. */
  FinishReason finishReason() {
    Optional<FinishReason> stopToken = group.stopTokens.finishReason(lastToken());
    if (stopToken.isPresent()) {
      return stopToken.get();
    }
    if (text != null && text.stoppedBy() != null) {
      return new FinishReason.StopString(text.stoppedBy());
    }
    return completionLength() == group.maxCompletionLength
        ? new FinishReason.LengthLimit(group.maxCompletionLength)
        : null;
  }

  /** The rest of the text, when text is followed and no token follows. */
  String finishText() {
    return text == null ? "" : text.finish();
  }

  /** What has been sampled. */
  Completion complete(FinishReason reason, Tokenizer tokenizer) {
    int[] completion = Arrays.copyOfRange(tokenIds, group.promptLength(), numTokens);
    return new Completion(
        sampleIndex,
        completion,
        Arrays.copyOf(logProbs, completion.length),
        Arrays.copyOf(policyVersions, completion.length),
        text == null ? textForRewards(completion, reason, tokenizer) : text.text(),
        reason);
  }

  /** Special tokens are visible to rewards; the token that ended the completion is not. */
  private String textForRewards(int[] completion, FinishReason reason, Tokenizer tokenizer) {
    int numVisible =
        reason instanceof FinishReason.EndOfText ? completion.length - 1 : completion.length;
    return tokenizer.decodeContinuation(
        group.spec.prompt().tokenIds(),
        Arrays.copyOf(completion, numVisible),
        SpecialTokenText.VISIBLE);
  }
}
