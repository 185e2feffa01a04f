package io.troupe.streams.flight.exchange;

import io.troupe.rollout.service.LogProbs;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.streams.flight.stream.RunningStreams;
import io.troupe.streams.flight.stream.WriterLoop;
import java.util.UUID;
import java.util.function.BiFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What the exchanges of an endpoint share.
 *
 * @param endpoint decodes
 * @param loop writes
 * @param running the requests that can be canceled
 * @param outbound allocator of what is sent
 * @param schema the schema of the rows of a request
 */
public record ExchangeServices(
    Endpoint endpoint,
    WriterLoop loop,
    RunningStreams running,
    BufferAllocator outbound,
    BiFunction<UUID, LogProbs, Schema> schema) {}
