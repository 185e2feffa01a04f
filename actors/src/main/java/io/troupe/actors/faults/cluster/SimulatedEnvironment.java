package io.troupe.actors.faults.cluster;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlCodec;
import io.troupe.actors.cluster.protocol.ControlDecoding;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.faults.check.Invariant;
import io.troupe.actors.faults.check.ViolationException;
import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.network.BulkFrame;
import io.troupe.actors.faults.network.SimulatedNetwork;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.log.codec.CodecException;
import java.time.Duration;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * The environment of the cores of a process: its virtual clock, and the simulated network. Messages
 * are encoded and decoded as between real nodes.
 */
public final class SimulatedEnvironment implements Environment {
  private static final ControlCodec CODEC = new ControlCodec();
  private static final long START_MS = 1_800_000_000_000L;
  private static final long NS_PER_MS = 1_000_000;

  private final SimulatedCluster cluster;
  private final SimulatedHost host;
  private final SimulatedProcess process;

  SimulatedEnvironment(SimulatedCluster cluster, SimulatedHost host, SimulatedProcess process) {
    this.cluster = cluster;
    this.host = host;
    this.process = process;
  }

  /** The process. */
  public SimulatedProcess process() {
    return process;
  }

  @Override
  public long nanoTime() {
    return process.nanoTime();
  }

  @Override
  public long currentTimeMillis() {
    return START_MS + cluster.timeline().nowNs() / NS_PER_MS + host.wallClockOffsetMs();
  }

  @Override
  public Timer after(Duration delay, Runnable action) {
    return process.after(delay, action)::cancel;
  }

  @Override
  public void send(NodeId to, ControlMessage message) {
    send(to, CODEC.encode(message), SimulatedEnvironment::control, NodeProgram::receive);
  }

  @Override
  public void transfer(NodeId to, BulkMessage message) {
    send(to, BulkFrame.encode(message), BulkFrame::decode, NodeProgram::receive);
  }

  /**
   * Sends a message of another protocol of the node.
   *
   * @param decoder throws a {@link CodecException} for anything but the encoding of a message
   * @param handler receives it at the other node
   */
  public <M> void send(NodeId to, byte[] frame, Function<byte[], M> decoder, Handler<M> handler) {
    SimulatedHost receiver = cluster.host(to.name());
    if (!process.isAlive() || receiver == null) {
      return;
    }
    cluster.network().send(host.name(), to.name(), frame, new Arrival<>(to, decoder, handler));
  }

  private static ControlMessage control(byte[] frame) {
    return switch (CODEC.decode(frame)) {
      case ControlDecoding.Decoded(var message) -> message;
      case ControlDecoding.Rejected(var rejection, String detail) ->
          throw new CodecException(rejection.label() + ": " + detail);
    };
  }

  /** Handles a message at its receiver. */
  @FunctionalInterface
  public interface Handler<M> {
    /** Handles it. */
    void handle(NodeProgram program, M message);
  }

  private final class Arrival<M> implements SimulatedNetwork.Receiver {
    private final NodeId to;
    private final Function<byte[], M> decoder;
    private final Handler<M> handler;

    Arrival(NodeId to, Function<byte[], M> decoder, Handler<M> handler) {
      this.to = to;
      this.decoder = decoder;
      this.handler = handler;
    }

    @Override
    public void receive(byte[] frame) {
      SimulatedHost receiver = cluster.host(to.name());
      if (receiver.isAlive() && receiver.id().equals(to)) {
        receiver.process().execute(() -> handle(receiver, frame));
      }
    }

    private void handle(SimulatedHost receiver, byte[] frame) {
      M message;
      try {
        message = decoder.apply(frame);
      } catch (CodecException e) {
        throw new ViolationException(
            Invariant.NO_FAILURE, host.name() + " sent a message that is not valid: " + e);
      }
      CRC32C crc = new CRC32C();
      crc.update(frame, 0, frame.length);
      cluster.trace().add(to.name(), "< " + host.name(), message, crc.getValue());
      handler.handle(receiver.program(), message);
    }

    /** A corrupt frame is rejected by its checksum; its decoder must stand it too. */
    @Override
    public void reject(byte[] frame) {
      cluster.witnesses().saw(FaultKind.CORRUPT_FRAME);
      String result;
      try {
        result = "would be " + decoder.apply(frame).getClass().getSimpleName();
      } catch (CodecException _) {
        result = "cannot be decoded";
      }
      cluster.trace().add(to.name(), "corrupt", result);
    }
  }
}
