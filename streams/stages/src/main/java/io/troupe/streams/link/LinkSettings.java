package io.troupe.streams.link;

import io.troupe.streams.link.frame.FrameProtection;
import io.troupe.streams.link.message.LinkIdentity;
import io.troupe.streams.link.message.LinkLimits;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Settings of a link.
 *
 * @param identity this start of this node
 * @param protection key of the run, or checksums
 * @param host host name or address to listen on
 * @param port UDP port to listen on; 0 selects a free one
 * @param externalDriver directory of a running media driver; empty for an embedded one
 * @param limits bounds of memory and time
 * @param nanoTime clock of all deadlines, such as {@link System#nanoTime}
 */
public record LinkSettings(
    LinkIdentity identity,
    FrameProtection protection,
    String host,
    int port,
    Optional<Path> externalDriver,
    LinkLimits limits,
    LongSupplier nanoTime) {

  /** Checks the ranges. */
  public LinkSettings {
    if (host.isBlank() || port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "the address of the bulk transport must be a host and a port from 0 to 65535, got '%s' and %d"
              .formatted(host, port));
    }
  }

  /** Settings with an embedded driver, default limits and the clock of the system. */
  public static LinkSettings of(
      LinkIdentity identity, FrameProtection protection, String host, int port) {
    return new LinkSettings(
        identity,
        protection,
        host,
        port,
        Optional.empty(),
        LinkLimits.defaults(),
        System::nanoTime);
  }
}
