package io.troupe.actors.replay;

import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LogRecord.Committed;
import java.util.Optional;

/**
 * A step of a run as its log has it.
 *
 * @param batch the groups
 * @param committed empty if the log ends before
 */
record LoggedStep(Batch batch, Optional<Committed> committed) {}
