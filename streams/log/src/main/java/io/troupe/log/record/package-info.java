/**
 * What the log of a run says. {@link io.troupe.log.record.LogRecord} lists the records, and {@link
 * io.troupe.log.record.RecordCodec} encodes them for {@link io.troupe.log.store}.
 */
package io.troupe.log.record;
