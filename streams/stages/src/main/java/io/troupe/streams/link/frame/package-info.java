/**
 * The frames of the bulk transport: their layout, their authentication, and the reasons to reject
 * them. {@link io.troupe.streams.link.frame.FrameHeader} documents the layout, {@link
 * io.troupe.streams.link.frame.FrameSeal} the protection. Nothing here depends on Aeron's channels,
 * threads or time.
 */
package io.troupe.streams.link.frame;
