package io.troupe.streams.weights;

import io.troupe.protocols.weights.FrameFormatException;
import io.troupe.protocols.weights.WeightFrame;
import io.troupe.protocols.weights.WeightManifest;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/**
 * Assembles a version of the weights in place from its frames, which must arrive complete, in order
 * and without a gap. Otherwise the state is {@link Delivery.Damaged} until the version is sent
 * again. Frames of a version that is not newer than the current one are ignored. Not thread-safe.
 */
final class WeightAssembly {
  private final WeightSet weights;
  private final WeightManifest manifest;
  private ByteBuffer payload = ByteBuffer.allocateDirect(0);
  private final long manifestHash;
  private final long totalBytes;

  private Delivery delivery = new Delivery.Idle();
  private boolean whole = true;
  private long versionInUse = -1;
  private long numPassedOver;
  private long nextSequence;
  private int tensorIndex;
  private long offsetBytes;
  private long bytes;

  WeightAssembly(WeightSet weights) {
    this.weights = weights;
    this.manifest = weights.manifest();
    this.manifestHash = manifest.hash();
    this.totalBytes = manifest.totalBytes();
  }

  Delivery delivery() {
    return delivery;
  }

  /** Whether no version has been written in part. */
  boolean isWhole() {
    return whole;
  }

  /** Number of ignored frames. */
  long numPassedOver() {
    return numPassedOver;
  }

  /** Marks the complete version as the current one. */
  void swapped(long policyVersion) {
    versionInUse = policyVersion;
    delivery = new Delivery.Idle();
  }

  /** Processes a frame. */
  void accept(DirectBuffer buffer, int offset, int length) {
    try {
      WeightFrame frame = WeightFrame.decode(buffer, offset, length);
      int payloadOffset = offset + WeightFrame.HEADER_LENGTH;
      switch (frame.kind()) {
        case MANIFEST -> begin(frame, buffer, payloadOffset);
        case CHUNK -> add(frame, buffer, payloadOffset);
      }
    } catch (FrameFormatException e) {
      if (delivery instanceof Delivery.Damaged) {
        numPassedOver++; // one word about a version is enough
      } else {
        delivery = new Delivery.Damaged(e.getMessage());
      }
    }
  }

  private void begin(WeightFrame frame, DirectBuffer buffer, int payloadOffset) {
    if (frame.policyVersion() <= versionInUse) {
      numPassedOver++;
      return;
    }
    byte[] encoded = new byte[frame.payloadLength()];
    buffer.getBytes(payloadOffset, encoded);
    if (frame.manifestHash() != manifestHash
        || frame.totalBytes() != totalBytes
        || !WeightManifest.decode(encoded).equals(manifest)) {
      throw new FrameFormatException(
          "policy version %d must have the tensors of the model here, got others; both need one config.json"
              .formatted(frame.policyVersion()));
    }
    nextSequence = 1;
    tensorIndex = 0;
    offsetBytes = 0;
    bytes = 0;
    delivery = new Delivery.Arriving(frame.policyVersion(), 0, totalBytes);
  }

  private void add(WeightFrame frame, DirectBuffer buffer, int payloadOffset) {
    if (!(delivery instanceof Delivery.Arriving(long version, long _, long _))) {
      numPassedOver++; // the rest of what was damaged, or the end of a transfer joined midway
      return;
    }
    requireNext(frame, version);
    if (payload.capacity() < frame.payloadLength()) {
      payload = ByteBuffer.allocateDirect(frame.payloadLength());
    }
    payload.clear();
    buffer.getBytes(payloadOffset, payload, frame.payloadLength());
    whole = false;
    weights.write(tensorIndex, offsetBytes, payload.flip());
    nextSequence++;
    bytes += frame.payloadLength();
    offsetBytes += frame.payloadLength();
    if (offsetBytes == manifest.tensors().get(tensorIndex).sizeBytes()) {
      tensorIndex++;
      offsetBytes = 0;
    }
    whole = tensorIndex == manifest.tensors().size();
    delivery =
        whole ? new Delivery.Complete(version) : new Delivery.Arriving(version, bytes, totalBytes);
  }

  private void requireNext(WeightFrame frame, long version) {
    if (frame.policyVersion() != version || frame.manifestHash() != manifestHash) {
      throw new FrameFormatException(
          "a frame within policy version %d must have that version, got %d"
              .formatted(version, frame.policyVersion()));
    }
    if (frame.sequence() != nextSequence) {
      throw new FrameFormatException(
          "the next frame of policy version %d must be %d, got %d; frames are %s"
              .formatted(
                  version,
                  nextSequence,
                  frame.sequence(),
                  frame.sequence() > nextSequence ? "missing" : "out of order"));
    }
    long room = manifest.tensors().get(tensorIndex).sizeBytes() - offsetBytes;
    if (frame.tensorIndex() != tensorIndex
        || frame.offsetBytes() != offsetBytes
        || frame.payloadLength() > room) {
      throw new FrameFormatException(
          "frame %d of policy version %d does not continue tensor %d at byte %d"
              .formatted(frame.sequence(), version, tensorIndex, offsetBytes));
    }
  }
}
