/**
 * The Aeron media driver of a process and the client that uses it. Read {@link
 * io.troupe.streams.driver.AeronConnection} first; packages with a transport add their own
 * channels.
 */
package io.troupe.streams.driver;
