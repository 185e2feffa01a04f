package io.troupe.actors.faults.network;

import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.Timeline;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Carries frames between nodes, with faults per pair and direction. A frame without faults arrives
 * after the latency of its link and in the order of sending. Frames have a checksum, as those of
 * the real transports, so a corrupt one is rejected by its receiver.
 */
public final class SimulatedNetwork {
  private static final long LATE_NS = 100_000_000;
  private static final long MIN_LATENCY_NS = 50_000;
  private static final long MAX_LATENCY_NS = 3_000_000;
  private static final long MAX_REORDER_NS = 40_000_000;
  private static final long NS_PER_BYTE = 1;
  private static final int MAX_FLIPPED_BITS = 8;

  private final Timeline timeline;
  private final Dice dice;
  private final Witnesses witnesses;
  private final Map<String, Link> links = new HashMap<>();
  private int numInFlight;
  private int maxInFlight;

  /** Where a frame arrives. */
  public interface Receiver {
    /** A frame that is intact. */
    void receive(byte[] frame);

    /** A frame that failed its checksum. */
    void reject(byte[] frame);
  }

  /** A network whose links have no faults. */
  public SimulatedNetwork(Timeline timeline, Dice dice, Witnesses witnesses) {
    this.timeline = timeline;
    this.dice = dice;
    this.witnesses = witnesses;
  }

  /**
   * Sends a frame.
   *
   * @param from name of the sender's node
   * @param to name of the receiver's node
   * @param frame handed over
   */
  public void send(String from, String to, byte[] frame, Receiver receiver) {
    if (from.equals(to)) {
      arriveAt(timeline.nowNs(), frame, checksum(frame), receiver);
      return;
    }
    Link link = link(from, to);
    if (link.block != Block.OPEN) {
      witnesses.saw(
          link.block == Block.ONE_WAY ? FaultKind.ONE_WAY_PARTITION : FaultKind.PARTITION);
      return;
    }
    LinkFaults faults = link.faults;
    if (dice.chance(faults.loss())) {
      witnesses.saw(FaultKind.LOSS);
      return;
    }
    long checksum = checksum(frame);
    byte[] carried = dice.chance(faults.corrupt()) ? corrupt(frame) : frame;
    deliver(link, carried, checksum, receiver);
    if (dice.chance(faults.duplicate())) {
      deliver(link, carried.clone(), checksum, counting(FaultKind.DUPLICATE, receiver));
    }
  }

  private void deliver(Link link, byte[] frame, long checksum, Receiver receiver) {
    long atNs =
        timeline.nowNs()
            + link.latencyNs
            + dice.between(0, link.latencyNs / 2)
            + frame.length * NS_PER_BYTE;
    if (dice.chance(link.faults.delay())) {
      atNs += dice.between(0, link.faults.maxDelayNs());
    }
    if (dice.chance(link.faults.reorder())) {
      atNs += dice.between(0, MAX_REORDER_NS);
    } else {
      atNs = Math.max(atNs, link.lastArrivalNs + 1);
    }
    if (atNs <= link.lastArrivalNs) {
      witnesses.saw(FaultKind.REORDER);
    }
    if (atNs - timeline.nowNs() > LATE_NS) {
      witnesses.saw(FaultKind.DELAY);
    }
    link.lastArrivalNs = Math.max(link.lastArrivalNs, atNs);
    arriveAt(atNs, frame, checksum, receiver);
  }

  private void arriveAt(long atNs, byte[] frame, long checksum, Receiver receiver) {
    numInFlight++;
    maxInFlight = Math.max(maxInFlight, numInFlight);
    timeline.at(
        atNs,
        () -> {
          numInFlight--;
          if (checksum(frame) == checksum) {
            receiver.receive(frame);
          } else {
            receiver.reject(frame);
          }
        });
  }

  private Receiver counting(FaultKind kind, Receiver receiver) {
    return new Receiver() {
      @Override
      public void receive(byte[] frame) {
        witnesses.saw(kind);
        receiver.receive(frame);
      }

      @Override
      public void reject(byte[] frame) {
        receiver.reject(frame);
      }
    };
  }

  private byte[] corrupt(byte[] frame) {
    byte[] damaged = frame.clone();
    if (damaged.length == 0) {
      return damaged;
    }
    int flips = dice.between(1, MAX_FLIPPED_BITS);
    for (int i = 0; i < flips; i++) {
      damaged[dice.between(0, damaged.length - 1)] ^= (byte) (1 << dice.between(0, 7));
    }
    return damaged;
  }

  private static long checksum(byte[] frame) {
    CRC32C crc = new CRC32C();
    crc.update(frame, 0, frame.length);
    return crc.getValue();
  }

  /** Sets the faults of a link in one direction. */
  public void degrade(String from, String to, LinkFaults faults) {
    link(from, to).faults = faults;
  }

  /** Opens or closes a link in one direction. */
  public void block(String from, String to, Block block) {
    link(from, to).block = block;
  }

  /** Whether messages pass in both directions. */
  public boolean connects(String one, String other) {
    return one.equals(other)
        || (link(one, other).block == Block.OPEN && link(other, one).block == Block.OPEN);
  }

  /** Removes all faults. */
  public void heal() {
    for (Link link : links.values()) {
      link.faults = LinkFaults.NONE;
      link.block = Block.OPEN;
    }
  }

  /** The largest number of frames that were on the way at the same time. */
  public int maxInFlight() {
    return maxInFlight;
  }

  private Link link(String from, String to) {
    return links.computeIfAbsent(
        from + ">" + to, _ -> new Link(dice.between(MIN_LATENCY_NS, MAX_LATENCY_NS)));
  }

  private static final class Link {
    private final long latencyNs;
    private LinkFaults faults = LinkFaults.NONE;
    private Block block = Block.OPEN;
    private long lastArrivalNs;

    Link(long latencyNs) {
      this.latencyNs = latencyNs;
    }
  }
}
