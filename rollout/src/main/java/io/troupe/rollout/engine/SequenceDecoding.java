package io.troupe.rollout.engine;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.kvcache.PrefixMatch;
import io.troupe.rollout.sampling.TokenLogProb;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One sample that is being decoded. */
final class SequenceDecoding {
  final GroupDecoding group;
  final int sampleIndex;

  /** Its keys and values; null while the sample is not in the batch. */
  PageTable pages;

  /** The most likely tokens at the position of the last token, if the group needs them. */
  List<TokenLogProb> alternatives = List.of();

  private final Philox generator;
  private final TextStream text;
  private final AllowedTokens allowed; // null for all
  private Optional<FinishReason> stopReason = Optional.empty(); // of the last token
  private int[] tokenIds;
  private int numTokens;
  private float[] logProbs = new float[16];
  private long[] policyVersions = new long[16];

  /**
   * A sample that joins the batch.
   *
   * @param text detokenizes each token; null to detokenize at the end
   * @param allowed the tokens that an output constraint allows; null for all
   */
  SequenceDecoding(GroupDecoding group, int sampleIndex, TextStream text, AllowedTokens allowed) {
    this.group = group;
    this.sampleIndex = sampleIndex;
    this.text = text;
    this.allowed = allowed;
    this.generator = group.generator.derive(sampleIndex);
    this.tokenIds = Arrays.copyOf(group.spec.prompt().tokenIds(), group.promptLength() + 16);
    this.numTokens = group.promptLength();
  }

  /** Prompt and completion, of which the first {@link #numTokens} are in use. */
  int[] tokenIds() {
    return tokenIds;
  }

  int numTokens() {
    return numTokens;
  }

  int completionLength() {
    return numTokens - group.promptLength();
  }

  /**
   * Tokens before the last one whose keys and values are not cached: none, unless the sample has
   * returned to the batch.
   */
  int numUncached() {
    return numTokens - 1 - pages.length();
  }

  /** Begins with the prompt of its group, or with what the prefix cache has of all its tokens. */
  void continuePrompt(PagedKvCache cache) {
    PrefixMatch cached =
        group.usesPrefixCache ? cache.match(tokenIds, numTokens - 1) : PrefixMatch.NONE;
    pages.continueFrom(group.promptPages, cached);
  }

  /** Leaves the batch; the prefix cache may keep the pages. */
  void releasePages() {
    if (group.usesPrefixCache) {
      pages.cachePrefix(tokenIds);
    }
    pages.close();
    pages = null;
  }

  /** The uniform number that selects the next token. */
  double uniform() {
    return generator.uniform(completionLength());
  }

  /** A bit for each token that the output constraint allows next. */
  long[] allowedTokens() {
    return allowed.bits();
  }

  /** Adds the next token; returns the text that it completes, if tokens are detokenized early. */
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
    stopReason = group.stopTokens.finishReason(tokenId);
    if (allowed != null) {
      allowed.accept(tokenId);
    }
    return text == null || stopReason.isPresent() ? "" : text.append(tokenId);
  }

  /** Why the sample ends with its last token, or null when it goes on. */
  FinishReason finishReason() {
    if (stopReason.isPresent()) {
      return stopReason.get();
    }
    if (text != null && text.stoppedBy() != null) {
      return new FinishReason.StopString(text.stoppedBy());
    }
    if (allowed != null && allowed.isComplete()) {
      return new FinishReason.ConstraintMet();
    }
    return completionLength() == group.maxCompletionLength
        ? new FinishReason.LengthLimit(group.maxCompletionLength)
        : null;
  }

  /** The rest of the text after the last token, if tokens are detokenized early. */
  String finishText() {
    return text == null ? "" : text.finish();
  }

  /** The finished completion. */
  Completion complete(FinishReason reason, Tokenizer tokenizer) {
    int[] completion = Arrays.copyOfRange(tokenIds, group.promptLength(), numTokens);
    return new Completion(
        sampleIndex,
        completion,
        Arrays.copyOf(logProbs, completion.length),
        Arrays.copyOf(policyVersions, completion.length),
        text == null ? decode(completion, tokenizer) : text.text(),
        reason);
  }

  /** The text without the token that ended the completion. */
  private String decode(int[] completion, Tokenizer tokenizer) {
    int length = stopReason.isPresent() ? completion.length - 1 : completion.length;
    return tokenizer.decodeContinuation(
        group.spec.prompt().tokenIds(),
        Arrays.copyOf(completion, length),
        group.listener.specialTokens());
  }
}
