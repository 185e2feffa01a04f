package io.troupe.deploy.bench.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A transfer that is repeated: one body from each sender to each of its receivers. */
final class Transfer implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;

  private final Arena arena = Arena.ofShared();
  private final List<TransportNode> nodes = new ArrayList<>();
  private final List<TransportNode> senders = new ArrayList<>();
  private final Semaphore received = new Semaphore(0);
  private final CountDownLatch end = new CountDownLatch(1);
  private final MemorySegment body;
  private int numReceivers;

  private Transfer(long bytes) {
    this.body = arena.allocate(bytes, Long.BYTES).fill((byte) 42);
  }

  /**
   * From one node to others.
   *
   * @param stopped number of receivers that stop after the first body, in addition
   */
  static Transfer broadcast(Carrier carrier, long bytes, int receivers, int stopped)
      throws Exception {
    Transfer transfer = new Transfer(bytes);
    try {
      TransportNode sender = transfer.open(carrier, () -> {});
      List<TransportNode> others = new ArrayList<>();
      for (int i = 0; i < receivers; i++) {
        others.add(transfer.open(carrier, transfer.received::release));
      }
      for (int i = 0; i < stopped; i++) {
        others.add(transfer.open(carrier, transfer::stop));
      }
      sender.connect(others);
      transfer.senders.add(sender);
      transfer.numReceivers = receivers;
      return transfer;
    } catch (Exception e) {
      transfer.close();
      throw e;
    }
  }

  /** Between two nodes, in both directions at once. */
  static Transfer exchange(Carrier carrier, long bytes) throws Exception {
    Transfer transfer = new Transfer(bytes);
    try {
      TransportNode one = transfer.open(carrier, transfer.received::release);
      TransportNode two = transfer.open(carrier, transfer.received::release);
      one.connect(List.of(two));
      two.connect(List.of(one));
      transfer.senders.addAll(List.of(one, two));
      transfer.numReceivers = 2;
      return transfer;
    } catch (Exception e) {
      transfer.close();
      throw e;
    }
  }

  private TransportNode open(Carrier carrier, Runnable complete) throws Exception {
    MemorySegment target = arena.allocate(body.byteSize(), Long.BYTES);
    TransportNode node = carrier.open(target, complete);
    nodes.add(node);
    return node;
  }

  /** Blocks the thread of a receiver. */
  private void stop() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends the bodies and waits for the receivers that are not stopped. */
  void run() throws InterruptedException {
    senders.forEach(sender -> sender.send(body));
    if (!received.tryAcquire(numReceivers, LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "a transfer must end within %d s, got %d of %d bodies"
              .formatted(LIMIT_SECONDS, received.availablePermits(), numReceivers));
    }
    senders.forEach(TransportNode::received);
  }

  @Override
  public void close() {
    end.countDown();
    nodes.forEach(TransportNode::close);
    arena.close();
  }
}
