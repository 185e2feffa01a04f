package io.troupe.nn.attention;

import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import java.util.List;

/** Projects inputs to queries, keys and values. */
public sealed interface Projections {
  /**
   * Three layers.
   *
   * @param query (features) to (heads * headDim)
   * @param key (features of the context) to (heads * headDim)
   * @param value (features of the context) to (heads * headDim)
   */
  record Separate(Projection query, Projection key, Projection value) implements Projections {}

  /**
   * One layer of queries, then keys, then values, for attention within a sequence.
   *
   * @param qkv (features) to (3 * heads * headDim)
   */
  record Fused(Projection qkv) implements Projections {}

  /** The layers with their names. */
  default List<Projection> all() {
    return switch (this) {
      case Separate(var query, var key, var value) -> List.of(query, key, value);
      case Fused(var qkv) -> List.of(qkv);
    };
  }

  /**
   * Queries, keys and values of one sequence.
   *
   * @param rows (rows, features)
   * @return (rows, heads * headDim) each
   */
  default List<Tensor> within(Tensor rows) {
    return switch (this) {
      case Separate(var query, var key, var value) ->
          Linear.forward(rows, List.of(query.linear(), key.linear(), value.linear()));
      case Fused(var qkv) -> {
        Tensor all = qkv.linear().forward(rows);
        int features = all.size(1) / 3;
        yield List.of(
            all.narrow(1, 0, features),
            all.narrow(1, features, features),
            all.narrow(1, 2 * features, features));
      }
    };
  }

  /**
   * Queries of one sequence, and keys and values of another.
   *
   * @param rows (rows, features)
   * @param context (rows of the context, features of the context)
   * @throws IllegalStateException if the projections are fused
   */
  default List<Tensor> across(Tensor rows, Tensor context) {
    return switch (this) {
      case Separate(var query, var key, var value) -> {
        List<Tensor> kv = Linear.forward(context, List.of(key.linear(), value.linear()));
        yield List.of(query.linear().forward(rows), kv.get(0), kv.get(1));
      }
      case Fused(var qkv) ->
          throw new IllegalStateException(
              "attention to another sequence must have separate projections, got " + qkv.name());
    };
  }
}
