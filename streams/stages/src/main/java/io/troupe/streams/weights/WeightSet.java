package io.troupe.streams.weights;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.weights.WeightManifest;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy of the weights of a policy, for sending or for assembly.
 *
 * <p>The caller must close a set before the engine of the model; repeated calls have no effect. Not
 * thread-safe.
 */
public final class WeightSet implements AutoCloseable {
  private final Scope scope;
  private final List<Tensor> tensors = new ArrayList<>();
  private final WeightManifest manifest;

  private WeightSet(CausalLM model) {
    scope = model.scope().engine().longLived("weights in transfer");
    List<WeightManifest.Entry> entries = new ArrayList<>();
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              tensors.add(Tensor.empty(scope, parameter.dtype(), parameter.shape()));
              entries.add(entry(name, parameter));
            });
    manifest = new WeightManifest(entries);
  }

  private static WeightManifest.Entry entry(String name, Tensor parameter) {
    List<Integer> sizes = new ArrayList<>();
    for (int dim = 0; dim < parameter.rank(); dim++) {
      sizes.add(parameter.size(dim));
    }
    return new WeightManifest.Entry(name, parameter.dtype().name(), sizes, parameter.sizeBytes());
  }

  /** A set with the tensors of a model and undefined contents. */
  public static WeightSet like(CausalLM model) {
    return new WeightSet(model);
  }

  /** The tensors and their order. */
  public WeightManifest manifest() {
    return manifest;
  }

  /** Copies the weights of a model of the same configuration. */
  public void copyFrom(CausalLM model) {
    int i = 0;
    for (Tensor parameter : model.namedParameters().values()) {
      tensors.get(i++).copyFrom(parameter);
    }
  }

  /** Overwrites the weights of a model of the same configuration. */
  public void copyTo(CausalLM model) {
    int i = 0;
    for (Tensor parameter : model.namedParameters().values()) {
      parameter.copyFrom(tensors.get(i++));
    }
  }

  /** Copies a part of a tensor into the remaining bytes of a buffer. */
  void read(int tensorIndex, long offsetBytes, ByteBuffer target) {
    tensors.get(tensorIndex).getBytes(offsetBytes, MemorySegment.ofBuffer(target));
  }

  /** Overwrites a part of a tensor with the remaining bytes of a buffer. */
  void write(int tensorIndex, long offsetBytes, ByteBuffer source) {
    tensors.get(tensorIndex).setBytes(offsetBytes, MemorySegment.ofBuffer(source));
  }

  @Override
  public void close() {
    scope.close();
  }
}
