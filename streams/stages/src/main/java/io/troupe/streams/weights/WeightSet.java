package io.troupe.streams.weights;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.weights.WeightManifest;
import io.troupe.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a model as a sequence of bytes, for sending and for receiving. They are read and
 * written in place: a transfer needs no copy of the weights.
 *
 * @param tensors the parameters of the model
 * @param manifest their names, types and sizes
 */
record WeightSet(List<Tensor> tensors, WeightManifest manifest) {

  /** The weights of a model, which the model continues to own. */
  static WeightSet of(CausalLM model) {
    List<Tensor> tensors = new ArrayList<>();
    List<WeightManifest.Entry> entries = new ArrayList<>();
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              tensors.add(parameter);
              entries.add(entry(name, parameter));
            });
    return new WeightSet(List.copyOf(tensors), new WeightManifest(entries));
  }

  private static WeightManifest.Entry entry(String name, Tensor parameter) {
    List<Integer> sizes = new ArrayList<>();
    for (int dim = 0; dim < parameter.rank(); dim++) {
      sizes.add(parameter.size(dim));
    }
    return new WeightManifest.Entry(name, parameter.dtype().name(), sizes, parameter.sizeBytes());
  }

  /** Copies a part of a tensor into the remaining bytes of a buffer. */
  void read(int tensorIndex, long offsetBytes, ByteBuffer target) {
    tensors.get(tensorIndex).getBytes(offsetBytes, MemorySegment.ofBuffer(target));
  }

  /** Overwrites a part of a tensor with the remaining bytes of a buffer. */
  void write(int tensorIndex, long offsetBytes, ByteBuffer source) {
    tensors.get(tensorIndex).setBytes(offsetBytes, MemorySegment.ofBuffer(source));
  }
}
