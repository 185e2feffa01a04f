/**
 * The receiving side of the bulk transport: {@link io.troupe.streams.link.receive.FrameReceiver}
 * checks frames and passes on messages, without threads or sockets; {@link
 * io.troupe.streams.link.receive.ReceiveLoop} is the thread that feeds it from Aeron.
 */
package io.troupe.streams.link.receive;
