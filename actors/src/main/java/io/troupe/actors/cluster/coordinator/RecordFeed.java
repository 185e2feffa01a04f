package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.BulkMessage.Records;
import io.troupe.log.store.LogEntry;
import java.io.IOException;
import java.util.List;

/**
 * Sends the committed records of the log to each learner from its position. What a learner does not
 * confirm within the interval for repetitions is sent again.
 */
final class RecordFeed {
  private final Outbox outbox;
  private final ExperienceLog log;
  private final LogWriter writer;
  private final CoordinatorSettings settings;

  RecordFeed(Outbox outbox, ExperienceLog log, LogWriter writer, CoordinatorSettings settings) {
    this.outbox = outbox;
    this.log = log;
    this.writer = writer;
    this.settings = settings;
  }

  /** A learner has reported its position. */
  void confirmed(LearnerMember learner, long nextRecord) {
    if (nextRecord > learner.nextRecord) {
      learner.nextRecord = nextRecord;
      learner.sent = Math.max(learner.sent, nextRecord);
    }
    feed(learner);
  }

  /** A learner has reported its position in a hello, and may have gone back to an older one. */
  void restated(LearnerMember learner, long nextRecord) {
    boolean isQuiet = outbox.nowNs() - learner.sentNs > settings.deadlines().resend().toNanos();
    if (isQuiet && learner.sent > nextRecord || nextRecord < learner.nextRecord) {
      learner.sent = nextRecord;
    }
    learner.nextRecord = nextRecord;
    learner.sent = Math.max(learner.sent, nextRecord);
    feed(learner);
  }

  /** Sends as many records as the window allows. */
  void feed(LearnerMember learner) {
    while (learner.step >= 0
        && learner.sent >= log.firstIndex()
        && learner.sent < writer.commitIndex()
        && learner.sent - learner.nextRecord < settings.recordWindow()) {
      long from = learner.sent;
      List<LogEntry> records = read(from);
      if (records.isEmpty()) {
        return;
      }
      outbox.transfer(learner.node, new Records(outbox.epoch(), records));
      learner.sent = from + records.size();
      learner.sentNs = outbox.nowNs();
    }
  }

  private List<LogEntry> read(long from) {
    try {
      List<LogEntry> records = log.readCommitted(from, settings.recordBytes());
      return records.subList(0, Math.min(records.size(), settings.recordWindow()));
    } catch (IOException e) {
      outbox
          .events()
          .onWarning("records from %d cannot be read: %s".formatted(from, e.getMessage()));
      return List.of();
    }
  }
}
