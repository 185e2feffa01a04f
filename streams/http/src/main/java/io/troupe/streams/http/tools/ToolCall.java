package io.troupe.streams.http.tools;

/**
 * A call of a function.
 *
 * @param name of the function
 * @param arguments JSON text
 */
public record ToolCall(String name, String arguments) {}
