package io.troupe.streams.link.send;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.troupe.streams.link.channel.ChannelSettings;
import io.troupe.streams.link.message.Peer;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Opens one exclusive UDP publication per receiver, with Aeron's flow control for a single
 * receiver. Names are resolved on a thread of their own, since a name server may take seconds.
 */
final class AeronPublications implements PublicationSource {
  private final Aeron aeron;
  private final ChannelSettings settings;

  AeronPublications(Aeron aeron, ChannelSettings settings) {
    this.aeron = aeron;
    this.settings = settings;
  }

  @Override
  public Opening open(Peer peer) {
    return new AeronOpening(peer);
  }

  /** A publication whose name is being resolved, then one that the driver is adding. */
  private final class AeronOpening implements Opening {
    private final CompletableFuture<String> channel = new CompletableFuture<>();
    private long registrationId = Aeron.NULL_VALUE;

    AeronOpening(Peer peer) {
      Thread.startVirtualThread(
          () -> {
            try {
              channel.complete(
                  settings.publicationTo(InetAddress.getByName(peer.host()), peer.port()));
            } catch (Exception e) { // of the name server or the network interfaces
              channel.completeExceptionally(e);
            }
          });
    }

    @Override
    public Optional<FramePublication> poll() {
      if (registrationId == Aeron.NULL_VALUE) {
        if (!channel.isDone()) {
          return Optional.empty();
        }
        registrationId = aeron.asyncAddExclusivePublication(resolved(), ChannelSettings.STREAM_ID);
      }
      ExclusivePublication publication = aeron.getExclusivePublication(registrationId);
      return Optional.ofNullable(publication).map(FramePublication::of);
    }

    private String resolved() {
      try {
        return channel.join();
      } catch (CompletionException e) {
        throw new IllegalStateException("its address cannot be used: " + e.getCause(), e);
      }
    }

    @Override
    public void cancel() {
      if (registrationId != Aeron.NULL_VALUE) {
        aeron.asyncRemovePublication(registrationId);
      }
    }
  }
}
