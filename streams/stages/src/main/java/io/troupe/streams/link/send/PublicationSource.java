package io.troupe.streams.link.send;

import io.troupe.streams.link.message.Peer;
import java.util.Optional;

/** Opens channels to receivers. */
interface PublicationSource {
  /** Begins to open a channel, without waiting. */
  Opening open(Peer peer);

  /** A channel that is being opened. */
  interface Opening {
    /**
     * The channel, as soon as it is open.
     *
     * @throws RuntimeException if it cannot be opened; the message has the cause
     */
    Optional<FramePublication> poll();

    /** Releases the channel if it has not been taken. */
    void cancel();
  }
}
