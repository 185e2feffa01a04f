/**
 * Functions that a model may call: {@link io.troupe.streams.http.tools.ToolUse} is what a request
 * allows, and {@link io.troupe.streams.http.tools.ToolCallParser} finds calls in the text of a
 * model.
 */
package io.troupe.streams.http.tools;
