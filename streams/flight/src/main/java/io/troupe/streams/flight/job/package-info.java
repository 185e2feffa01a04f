/**
 * Long requests: a job decodes without a reader, and its rows are kept until they are fetched or
 * expire. Read {@link io.troupe.streams.flight.job.Jobs} first.
 */
package io.troupe.streams.flight.job;
