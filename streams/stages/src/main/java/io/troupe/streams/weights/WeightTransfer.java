package io.troupe.streams.weights;

import io.aeron.DirectBufferVector;
import io.aeron.Publication;
import io.troupe.protocols.weights.WeightFrame;
import io.troupe.protocols.weights.WeightManifest;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The transfer of one version of the weights to one receiver: the manifest, then each tensor in
 * chunks. {@link #advance} never waits. Not thread-safe.
 */
final class WeightTransfer {
  private final String receiver;
  private final FrameSink sink;
  private final WeightSet weights;
  private final WeightManifest manifest;
  private final long policyVersion;
  private final long manifestHash;
  private final long totalBytes;
  private final int maxPayloadLength;
  private final ByteBuffer chunk;

  private final UnsafeBuffer header =
      new UnsafeBuffer(ByteBuffer.allocateDirect(WeightFrame.HEADER_LENGTH));
  private final UnsafeBuffer body = new UnsafeBuffer(0, 0);
  private final DirectBufferVector[] frame = {new DirectBufferVector(), new DirectBufferVector()};

  private boolean isFramed;
  private long sequence;
  private int tensorIndex = -1; // the manifest comes first
  private long offsetBytes;
  private int payloadLength;
  private String waitsFor = "nothing has been offered yet";

  WeightTransfer(String receiver, FrameSink sink, WeightSet weights, long policyVersion) {
    this.receiver = receiver;
    this.sink = sink;
    this.weights = weights;
    this.manifest = weights.manifest();
    this.policyVersion = policyVersion;
    this.manifestHash = manifest.hash();
    this.totalBytes = manifest.totalBytes();
    this.maxPayloadLength = sink.maxFrameLength() - WeightFrame.HEADER_LENGTH;
    this.chunk = ByteBuffer.allocateDirect(maxPayloadLength);
  }

  /** Returns whether every frame has been accepted. */
  boolean isDone() {
    return tensorIndex == manifest.tensors().size();
  }

  /** The condition that the transfer waits for, for the message of a missed deadline. */
  String waitsFor() {
    return "frame %d to %s: %s".formatted(sequence, receiver, waitsFor);
  }

  /**
   * Offers frames until one is not accepted, or all are.
   *
   * @return whether any frame was accepted
   * @throws WeightTransportException if no further frame can be accepted
   */
  boolean advance() {
    boolean moved = false;
    while (!isDone() && offer()) {
      moved = true;
    }
    return moved;
  }

  private boolean offer() {
    if (!isFramed) {
      encode();
    }
    long result = sink.offer(frame);
    if (result > 0) {
      next();
      return true;
    }
    if (result == Publication.BACK_PRESSURED) {
      waitsFor = "it does not keep up (back pressure)";
    } else if (result == Publication.ADMIN_ACTION) {
      waitsFor = "Aeron rotates its log";
    } else if (result == Publication.NOT_CONNECTED) {
      waitsFor = "it is not listening";
    } else if (result == Publication.CLOSED) {
      throw failure("the publication is closed");
    } else if (result == Publication.MAX_POSITION_EXCEEDED) {
      throw failure("the publication is at its last position: restart the run by 'resume'");
    } else {
      throw failure("Aeron answered " + result);
    }
    return false;
  }

  private WeightTransportException failure(String why) {
    return new WeightTransportException(
        "policy version %d cannot be sent to %s: %s".formatted(policyVersion, receiver, why));
  }

  private void encode() {
    ByteBuffer payload = payload();
    payloadLength = payload.remaining();
    new WeightFrame(
            tensorIndex < 0 ? WeightFrame.Kind.MANIFEST : WeightFrame.Kind.CHUNK,
            policyVersion,
            manifestHash,
            Math.max(tensorIndex, 0),
            offsetBytes,
            totalBytes,
            sequence,
            payloadLength)
        .encode(header, payload);
    body.wrap(payload);
    frame[0].reset(header, 0, WeightFrame.HEADER_LENGTH);
    frame[1].reset(body, 0, payloadLength);
    isFramed = true;
  }

  private ByteBuffer payload() {
    if (tensorIndex < 0) {
      byte[] encoded = manifest.encode();
      if (encoded.length > sink.maxMessageLength() - WeightFrame.HEADER_LENGTH) {
        throw failure(
            "its manifest of %d bytes does not fit a message of %d"
                .formatted(encoded.length, sink.maxMessageLength()));
      }
      return ByteBuffer.wrap(encoded);
    }
    long left = manifest.tensors().get(tensorIndex).sizeBytes() - offsetBytes;
    chunk.clear().limit((int) Math.min(left, maxPayloadLength));
    weights.read(tensorIndex, offsetBytes, chunk);
    return chunk;
  }

  private void next() {
    isFramed = false;
    sequence++;
    if (tensorIndex < 0) {
      tensorIndex = 0;
    } else {
      offsetBytes += payloadLength;
      if (offsetBytes == manifest.tensors().get(tensorIndex).sizeBytes()) {
        tensorIndex++;
        offsetBytes = 0;
      }
    }
  }
}
