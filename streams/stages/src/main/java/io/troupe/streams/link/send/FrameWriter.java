package io.troupe.streams.link.send;

import io.aeron.logbuffer.BufferClaim;
import io.troupe.streams.link.frame.FrameHeader;
import io.troupe.streams.link.frame.FrameProtection;
import io.troupe.streams.link.frame.FrameSeal;
import io.troupe.streams.link.frame.NodeHash;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.Peer;
import java.security.SecureRandom;

/**
 * Writes frames of one start of a node. The counter is shared by all receivers, so that no nonce is
 * used twice when a channel is opened again. Used by the sending thread.
 */
final class FrameWriter {
  private final LinkIdentity self;
  private final FrameProtection protection;
  private final long sender;
  private final long start = new SecureRandom().nextLong();
  private final byte[] payload = new byte[FrameHeader.MAX_FRAME_LENGTH];
  private final byte[] frame = new byte[FrameHeader.MAX_FRAME_LENGTH];
  private final BufferClaim claim = new BufferClaim();
  private long counter;

  FrameWriter(LinkIdentity self, FrameProtection protection) {
    this.self = self;
    this.protection = protection;
    this.sender = self.senderHash();
  }

  FrameSeal sealFor(Peer peer) {
    return protection.seal(sender, self.incarnation(), start, receiver(peer));
  }

  static long receiver(Peer peer) {
    return NodeHash.ofIncarnation(peer.name(), peer.incarnation());
  }

  /**
   * Writes the next frame of a message if the publication has space.
   *
   * @return a position, or one of Aeron's codes
   */
  long write(Outbound message, FramePublication publication, FrameSeal seal, long receiver) {
    int maxPayload =
        Math.min(publication.maxFrameLength(), FrameHeader.MAX_FRAME_LENGTH) - FrameHeader.OVERHEAD;
    int length = message.nextLength(maxPayload);
    long result = publication.tryClaim(FrameHeader.OVERHEAD + length, claim);
    if (result > 0) {
      boolean isSealed = false;
      try {
        seal(message, seal, receiver, length);
        claim.buffer().putBytes(claim.offset(), frame, 0, FrameHeader.OVERHEAD + length);
        isSealed = true;
      } finally {
        if (isSealed) {
          claim.commit();
        } else {
          claim.abort();
        }
      }
      message.advance(length);
    }
    return result;
  }

  private void seal(Outbound message, FrameSeal seal, long receiver, int length) {
    message.read(payload, length);
    long nonce = ++counter;
    header(message, receiver, nonce, length).encode(frame);
    seal.seal(frame, nonce, payload, length);
  }

  private FrameHeader header(Outbound message, long receiver, long nonce, int length) {
    return new FrameHeader(
        message.message().kind().code(),
        self.runId(),
        sender,
        self.incarnation(),
        start,
        receiver,
        message.message().epoch(),
        message.id(),
        message.totalLength(),
        message.offset(),
        nonce,
        length,
        message.preambleLength());
  }
}
