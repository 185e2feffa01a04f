package io.troupe.streams.flight.rows;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The record batch of a stream, filled and sent again and again. For one thread, which closes it.
 *
 * <p>Each token is a row. A completion ends with a row that has the finish reason and no token.
 */
public final class TokenRows implements AutoCloseable {
  private static final int TYPICAL_TEXT_BYTES = 8;
  private static final int ENDED = -1; // instead of the number of tokens

  private final VectorSchemaRoot root;
  private final IntVector request;
  private final IntVector sample;
  private final IntVector position;
  private final IntVector tokenId;
  private final VarCharVector text;
  private final Float4Vector logProb;
  private final BigIntVector policyVersion;
  private final VarCharVector finishReason;
  private final Optional<TopTokens> topTokens;

  private final Map<Integer, int[]> numTokens = new HashMap<>(); // of each sample, by request
  private int size;

  /** An empty batch with room for one row. */
  public TokenRows(Schema schema, BufferAllocator allocator) {
    root = VectorSchemaRoot.create(schema, allocator);
    request = (IntVector) root.getVector(TokenSchema.REQUEST);
    sample = (IntVector) root.getVector(TokenSchema.SAMPLE);
    position = (IntVector) root.getVector(TokenSchema.POSITION);
    tokenId = (IntVector) root.getVector(TokenSchema.TOKEN_ID);
    text = (VarCharVector) root.getVector(TokenSchema.TEXT);
    logProb = (Float4Vector) root.getVector(TokenSchema.LOG_PROB);
    policyVersion = (BigIntVector) root.getVector(TokenSchema.POLICY_VERSION);
    finishReason = (VarCharVector) root.getVector(TokenSchema.FINISH_REASON);
    topTokens = TopTokens.of(root);
    try {
      allocate();
    } catch (RuntimeException | Error e) {
      root.close();
      throw e;
    }
  }

  /** Single tokens are the common case: the default of 3,970 rows would take 140 KB. */
  private void allocate() {
    for (FieldVector vector : root.getFieldVectors()) {
      vector.setInitialCapacity(1);
    }
    text.setInitialCapacity(1, TYPICAL_TEXT_BYTES);
    finishReason.setInitialCapacity(1, TYPICAL_TEXT_BYTES);
    root.getFieldVectors().forEach(FieldVector::allocateNew);
  }

  /** The record batch; its content is complete after {@link #finish}. */
  public VectorSchemaRoot root() {
    return root;
  }

  /** Number of rows. */
  public int size() {
    return size;
  }

  /** Adds the row of a token. */
  public void add(int requestIndex, TokenDecoded token) {
    int[] counts = counts(requestIndex, token.sampleIndex());
    startRow(requestIndex, token.sampleIndex(), counts[token.sampleIndex()]++);
    tokenId.setSafe(size, token.tokenId());
    text.setSafe(size, token.textDelta().getBytes(StandardCharsets.UTF_8));
    logProb.setSafe(size, token.logProb());
    policyVersion.setSafe(size, token.policyVersion());
    if (topTokens.isPresent()) {
      topTokens.get().set(size, token.alternatives());
    }
    size++;
    if (token.ended().isPresent()) {
      addEnd(requestIndex, token.ended().get());
      counts[token.sampleIndex()] = ENDED;
    }
  }

  /** Adds the last rows of the completions of a prompt that have none. */
  public void add(int requestIndex, RequestCompleted result) {
    for (Completion completion : result.group().completions()) {
      int index = completion.sampleIndex();
      int count = counts(requestIndex, index)[index];
      if (count == 0 && completion.tokenIds().length > 0) { // of a beam search
        addTokens(requestIndex, completion);
        text.setSafe(size, completion.text().getBytes(StandardCharsets.UTF_8));
      }
      if (count != ENDED) {
        addEnd(requestIndex, completion);
      }
    }
    numTokens.remove(requestIndex);
  }

  private void addEnd(int requestIndex, Completion completion) {
    startRow(requestIndex, completion.sampleIndex(), completion.tokenIds().length);
    finishReason.setSafe(size, name(completion.finishReason()));
    size++;
  }

  private void addTokens(int requestIndex, Completion completion) {
    for (int i = 0; i < completion.tokenIds().length; i++) {
      startRow(requestIndex, completion.sampleIndex(), i);
      tokenId.setSafe(size, completion.tokenIds()[i]);
      logProb.setSafe(size, completion.logProbs()[i]);
      policyVersion.setSafe(size, completion.policyVersions()[i]);
      size++;
    }
  }

  /** OpenAI's and vLLM's names. */
  private static byte[] name(FinishReason reason) {
    String name =
        switch (reason) {
          case FinishReason.EndOfText _,
              FinishReason.StopToken _,
              FinishReason.StopString _,
              FinishReason.ConstraintMet _ ->
              "stop";
          case FinishReason.LengthLimit _ -> "length";
          case FinishReason.Cancelled _ -> "abort";
        };
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private void startRow(int requestIndex, int sampleIndex, int tokenPosition) {
    request.setSafe(size, requestIndex);
    sample.setSafe(size, sampleIndex);
    position.setSafe(size, tokenPosition);
  }

  /** The number of tokens of each sample of a request so far. */
  private int[] counts(int requestIndex, int sampleIndex) {
    int[] counts = numTokens.get(requestIndex);
    if (counts == null || counts.length <= sampleIndex) {
      counts = counts == null ? new int[sampleIndex + 1] : Arrays.copyOf(counts, sampleIndex + 1);
      numTokens.put(requestIndex, counts);
    }
    return counts;
  }

  /** Completes the batch, so that it can be sent. */
  public void finish() {
    root.setRowCount(size);
  }

  /** Empties the batch after it has been sent; its memory is kept. */
  public void clear() {
    root.getFieldVectors().forEach(FieldVector::reset);
    size = 0;
  }

  @Override
  public void close() {
    root.close();
  }
}
