package io.troupe.rollout.engine;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.rollout.engine.SampleDifference.Part;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.Optional;

/** A recorded sample, through which a replay goes token by token. */
final class ReplayedSample {
  private final ReplayedGroup group;
  private final Completion recorded;
  private final SequenceDecoding sequence;
  private final Tokenizer tokenizer;
  private int next; // index of the next token
  private SampleDifference difference; // the first one

  ReplayedSample(
      ReplayedGroup group, Completion recorded, SequenceDecoding sequence, Tokenizer tokenizer) {
    this.group = group;
    this.recorded = recorded;
    this.sequence = sequence;
    this.tokenizer = tokenizer;
  }

  ReplayedGroup group() {
    return group;
  }

  SequenceDecoding sequence() {
    return sequence;
  }

  /** Length of the sequence in the cache at its end. */
  int length() {
    return group.decoding().promptLength() + recorded.tokenIds().length - 1;
  }

  int[] tokenIds() {
    return sequence.tokenIds();
  }

  /** Whether the next token has a policy version. */
  boolean hasNext(long version) {
    return next < recorded.tokenIds().length && recorded.policyVersions()[next] == version;
  }

  /** Adds the row that selects the next token, and takes the recorded token. */
  ReplayedToken next(ReplayRows rows) {
    int row = -1;
    if (next > 0) {
      int position = sequence.pages.length();
      sequence.pages.extend(1);
      row = rows.add(sequence.pages, recorded.tokenIds()[next - 1], position);
    }
    long[] allowed = group.decoding().constraint.isPresent() ? sequence.allowedTokens() : null;
    ReplayedToken token =
        new ReplayedToken(
            this, next, row, sequence.uniform(), allowed == null ? null : allowed.clone());
    take();
    return token;
  }

  private void take() {
    sequence.append(
        recorded.tokenIds()[next], recorded.logProbs()[next], recorded.policyVersions()[next]);
    next++;
    FinishReason reason = sequence.finishReason();
    boolean isLast = next == recorded.tokenIds().length;
    if (isLast ? !recorded.finishReason().equals(reason) : reason != null) {
      differs(next, Part.FINISH_REASON, isLast ? recorded.finishReason() : "none", reason);
    }
    if (isLast && difference == null) {
      sequence.finishText();
      String text = sequence.complete(recorded.finishReason(), tokenizer).text();
      if (!text.equals(recorded.text())) {
        differs(next, Part.TEXT, recorded.text(), text);
      }
    }
  }

  void compare(int position, int tokenId, float logProb) {
    int token = recorded.tokenIds()[position];
    float recordedLogProb = recorded.logProbs()[position];
    if (token != tokenId) {
      differs(position, Part.TOKEN, token, tokenId);
    } else if (Float.floatToRawIntBits(recordedLogProb) != Float.floatToRawIntBits(logProb)) {
      differs(position, Part.LOG_PROBABILITY, recordedLogProb, logProb);
    }
  }

  private void differs(int position, Part part, Object recordedValue, Object computed) {
    if (difference == null || position < difference.position()) {
      difference =
          new SampleDifference(
              group.decoding().spec.groupId(),
              recorded.sampleIndex(),
              position,
              part,
              String.valueOf(recordedValue),
              String.valueOf(computed));
    }
  }

  Optional<SampleDifference> difference() {
    return Optional.ofNullable(difference);
  }
}
