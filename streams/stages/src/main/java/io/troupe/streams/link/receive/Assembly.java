package io.troupe.streams.link.receive;

import io.troupe.streams.link.message.Destination;
import io.troupe.streams.link.message.MessageHeader;
import io.troupe.streams.link.message.ReceivedMessage;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** A message that is assembled in memory, within a budget that all of them share. */
final class Assembly implements Destination {
  private final MessageHeader header;
  private final Consumer<ReceivedMessage> handler;
  private final Budget budget;
  private final byte[] body;

  /** The memory of all messages that are being assembled. */
  static final class Budget {
    private final long maxBytes;
    private long usedBytes;

    Budget(long maxBytes) {
      this.maxBytes = maxBytes;
    }

    boolean hasRoomFor(long bytes) {
      return bytes <= maxBytes - usedBytes;
    }

    long usedBytes() {
      return usedBytes;
    }
  }

  Assembly(MessageHeader header, Consumer<ReceivedMessage> handler, Budget budget) {
    this.header = header;
    this.handler = handler;
    this.budget = budget;
    this.body = new byte[Math.toIntExact(header.bodyBytes())];
    budget.usedBytes += body.length;
  }

  @Override
  public void write(long offset, MemorySegment part) {
    MemorySegment.copy(part, 0, MemorySegment.ofArray(body), offset, part.byteSize());
  }

  @Override
  public void complete() {
    budget.usedBytes -= body.length;
    handler.accept(new ReceivedMessage(header, body));
  }

  @Override
  public void failed(String reason) {
    budget.usedBytes -= body.length;
  }
}
