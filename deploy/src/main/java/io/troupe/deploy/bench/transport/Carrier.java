package io.troupe.deploy.bench.transport;

import io.troupe.streams.link.frame.FrameProtection;
import io.troupe.streams.link.frame.RunKey;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The transports that are compared. */
enum Carrier {
  /** Aeron as it is, the baseline. */
  AERON("aeron") {
    @Override
    TransportNode open(MemorySegment target, Runnable complete) throws IOException {
      return RawTransportNode.open(target, complete);
    }
  },
  /** The bulk transport with checksums. */
  CHECKSUMS("checksums") {
    @Override
    TransportNode open(MemorySegment target, Runnable complete) {
      return LinkTransportNode.open(FrameProtection.checksums(), target, complete);
    }
  },
  /** The bulk transport with AES-256-GCM. */
  ENCRYPTED("encrypted") {
    private final RunKey key = RunKey.random();

    @Override
    TransportNode open(MemorySegment target, Runnable complete) {
      return LinkTransportNode.open(key, target, complete);
    }
  };

  private final String label;

  Carrier(String label) {
    this.label = label;
  }

  /** A node that writes received bodies to a target. */
  abstract TransportNode open(MemorySegment target, Runnable complete) throws IOException;

  @Override
  public String toString() {
    return label;
  }
}
