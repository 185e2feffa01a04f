package io.troupe.streams.link;

import io.troupe.streams.driver.AeronConnection;
import io.troupe.streams.driver.DriverException;
import io.troupe.streams.driver.DriverWait;
import io.troupe.streams.link.channel.ChannelSettings;
import io.troupe.streams.link.message.BulkTransportException;
import io.troupe.streams.link.message.Kind;
import io.troupe.streams.link.message.LinkCounters;
import io.troupe.streams.link.message.Message;
import io.troupe.streams.link.message.Peer;
import io.troupe.streams.link.message.Route;
import io.troupe.streams.link.message.Sent;
import io.troupe.streams.link.receive.ReceiveLoop;
import io.troupe.streams.link.send.SendLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The bulk transport of one node: a UDP address that it listens on, and one Aeron publication for
 * each node that it sends to. A receiver that stalls delays no other one.
 *
 * <p>Frames are authenticated with the key of the run. Aeron itself is not: anybody who can reach
 * the port can make the driver allocate buffers for up to {@value ChannelSettings#MAX_SESSIONS}
 * connections, so only the hosts of the run should reach it.
 *
 * <p>Delivery is at most once and not acknowledged. Messages to one receiver begin in the order of
 * their sending; large ones alternate with others. Thread-safe. The caller must close a link before
 * the memory of its payloads; repeated calls have no effect.
 */
public final class BulkLink implements AutoCloseable {
  private static final String PREFIX = "troupe-link-";

  private final AeronConnection connection;
  private final ReceiveLoop receiving;
  private final SendLoop sending;
  private final LinkCounters counters;
  private final Peer address;

  private BulkLink(
      AeronConnection connection,
      ReceiveLoop receiving,
      SendLoop sending,
      LinkCounters counters,
      Peer address) {
    this.connection = connection;
    this.receiving = receiving;
    this.sending = sending;
    this.counters = counters;
    this.address = address;
  }

  /**
   * Opens a link and listens.
   *
   * @param routes handlers by kind; messages of other kinds are rejected
   * @throws BulkTransportException if the driver does not start or the address cannot be used
   */
  public static BulkLink open(LinkSettings settings, Map<Kind, Route> routes) {
    Thread.ofPlatform().daemon().name("troupe-link-warm-up").start(settings.protection()::warmUp);
    ChannelSettings channels = channels();
    Optional<DriverWait> wait =
        settings.externalDriver().isPresent() ? Optional.empty() : Optional.of(new DriverWait());
    AeronConnection connection = connect(settings, channels, wait);
    ReceiveLoop receiving = null;
    try {
      LinkCounters counters = new LinkCounters();
      receiving =
          ReceiveLoop.start(
              connection.aeron(),
              channels,
              settings.host(),
              settings.port(),
              settings.identity(),
              settings.protection(),
              settings.limits(),
              counters,
              routes,
              settings.nanoTime(),
              wait.map(DriverWait::receiving).orElseGet(AeronConnection::idle));
      Peer address =
          new Peer(
              settings.identity().name(),
              settings.identity().incarnation(),
              settings.host(),
              receiving.port());
      SendLoop sending =
          SendLoop.start(
              connection.aeron(),
              channels,
              settings.identity(),
              settings.protection(),
              settings.limits(),
              counters,
              settings.nanoTime(),
              wait.<Runnable>map(driver -> driver::wake).orElse(() -> {}));
      return new BulkLink(connection, receiving, sending, counters, address);
    } catch (RuntimeException e) {
      if (receiving != null) {
        receiving.close();
      }
      connection.close();
      throw e;
    }
  }

  private static ChannelSettings channels() {
    try {
      return ChannelSettings.ofSystem();
    } catch (IOException e) {
      throw new BulkTransportException("no UDP socket can be opened: " + e.getMessage(), e);
    }
  }

  private static AeronConnection connect(
      LinkSettings settings, ChannelSettings channels, Optional<DriverWait> wait) {
    try {
      return wait.map(driver -> AeronConnection.waiting(PREFIX, driver, channels::configure))
          .orElseGet(() -> AeronConnection.external(settings.externalDriver().orElseThrow()));
    } catch (DriverException e) {
      throw new BulkTransportException("the bulk transport does not start: " + e.getMessage(), e);
    }
  }

  /** The name, incarnation and bound address of this node, which its peers send to. */
  public Peer address() {
    return address;
  }

  /**
   * Sends a message without waiting.
   *
   * @param to the receiver
   * @param message its body must not change until the stage has ended
   * @param deadline time in which Aeron must accept all frames
   * @return the end: {@link Sent} if every frame has been accepted, otherwise {@link
   *     BulkTransportException} with the cause. Dependent stages run on the sending thread and must
   *     not block it
   */
  public CompletionStage<Sent> send(Peer to, Message message, Duration deadline) {
    return sending.send(to, message, deadline);
  }

  /** Closes the channel to a node that has left; messages to it fail. */
  public void forget(String name) {
    sending.forget(name);
  }

  /** Rejects messages of epochs below a floor, which never falls. */
  public void raiseEpoch(long floor) {
    receiving.raiseEpoch(floor);
  }

  /** Counts of everything sent, received and rejected. */
  public LinkCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    sending.close();
    receiving.close();
    connection.close();
  }
}
