package io.troupe.deploy.network;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Forwards IPv4 packets between network interfaces, and applies faults. It stands for a bridge with
 * {@code tc netem}, which not every kernel has. The caller must close it before the interfaces.
 */
final class PacketSwitch implements AutoCloseable {
  private static final int MAX_PACKET_BYTES = 1 << 16;
  private static final int DESTINATION_OFFSET = 16;
  private static final ValueLayout.OfInt ADDRESS =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /**
   * A node.
   *
   * @param name of its process
   * @param address IPv4 address, highest byte first
   * @param device its interface
   */
  record Port(String name, int address, TunDevice device) {}

  private record Late(long timeNs, Port to, byte[] packet) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(timeNs - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(timeNs, ((Late) other).timeNs());
    }
  }

  private final Map<Integer, Port> ports = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final DelayQueue<Late> late = new DelayQueue<>();
  private final LongAdder numLost = new LongAdder();
  private final LongAdder numDelayed = new LongAdder();
  private volatile LinkFault fault = LinkFault.NONE;
  private volatile boolean isClosed;

  /**
   * Begins to forward.
   *
   * @param seed of the choice of lost packets
   */
  PacketSwitch(List<Port> ports, long seed) {
    ports.forEach(port -> this.ports.put(port.address(), port));
    SplittableRandom random = new SplittableRandom(seed);
    for (Port port : ports) {
      SplittableRandom own = random.split();
      threads.add(start("switch-" + port.name(), () -> forwardFrom(port, own)));
    }
    threads.add(start("switch-delay", this::forwardLate));
  }

  private static Thread start(String name, Runnable action) {
    return Thread.ofPlatform().daemon().name(name).start(action);
  }

  private void forwardFrom(Port from, SplittableRandom random) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(MAX_PACKET_BYTES);
      while (!isClosed) {
        long length = from.device().read(buffer);
        if (length <= 0) {
          from.device().await();
          continue;
        }
        Port to =
            length < DESTINATION_OFFSET + Integer.BYTES
                ? null
                : ports.get(buffer.get(ADDRESS, DESTINATION_OFFSET));
        if (to != null) { // not a multicast or IPv6 packet
          forward(from, to, buffer.asSlice(0, length), random);
        }
      }
    }
  }

  private void forward(Port from, Port to, MemorySegment packet, SplittableRandom random) {
    LinkFault now = fault;
    if (now.loses(from.name(), to.name(), random.nextDouble())) {
      numLost.increment();
    } else if (now.delay().isPositive()) {
      numDelayed.increment();
      byte[] copy = packet.toArray(ValueLayout.JAVA_BYTE);
      late.add(new Late(System.nanoTime() + now.delay().toNanos(), to, copy));
    } else {
      to.device().write(packet);
    }
  }

  private void forwardLate() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(MAX_PACKET_BYTES);
      while (!isClosed) {
        Late next = late.poll(1, TimeUnit.SECONDS);
        if (next != null) {
          int length = next.packet().length;
          MemorySegment.copy(next.packet(), 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
          next.to().device().write(buffer.asSlice(0, length));
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  /** Replaces the fault. Packets that are delayed already arrive. */
  void apply(LinkFault next) {
    fault = next;
  }

  /** Packets that a fault has lost. */
  long numLost() {
    return numLost.sum();
  }

  /** Packets that a fault has delayed. */
  long numDelayed() {
    return numDelayed.sum();
  }

  @Override
  public void close() {
    isClosed = true;
    boolean interrupted = false;
    threads.getLast().interrupt();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
