package io.troupe.streams.flight.rows;

import io.troupe.rollout.sampling.TokenLogProb;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;

/** The columns with the most likely tokens at each position, which belong to a record batch. */
final class TopTokens {
  private final ListVector tokenIds;
  private final ListVector logProbs;

  private TopTokens(ListVector tokenIds, ListVector logProbs) {
    this.tokenIds = tokenIds;
    this.logProbs = logProbs;
  }

  /** The columns of a record batch, if it has them. */
  static Optional<TopTokens> of(VectorSchemaRoot root) {
    ListVector tokenIds = (ListVector) root.getVector(TokenSchema.TOP_TOKEN_IDS);
    ListVector logProbs = (ListVector) root.getVector(TokenSchema.TOP_LOG_PROBS);
    return tokenIds == null ? Optional.empty() : Optional.of(new TopTokens(tokenIds, logProbs));
  }

  /** Sets the tokens of a row; rows are set in order. */
  void set(int row, List<TokenLogProb> best) {
    int first = tokenIds.startNewValue(row);
    logProbs.startNewValue(row);
    IntVector ids = (IntVector) tokenIds.getDataVector();
    Float4Vector values = (Float4Vector) logProbs.getDataVector();
    for (int i = 0; i < best.size(); i++) {
      ids.setSafe(first + i, best.get(i).tokenId());
      values.setSafe(first + i, best.get(i).logProb());
    }
    tokenIds.endValue(row, best.size());
    logProbs.endValue(row, best.size());
  }
}
