package io.troupe.streams.http.request;

import io.troupe.serving.request.GenerationRequest;
import io.troupe.streams.http.tools.ToolUse;

/**
 * A request for completions and the form of its response.
 *
 * @param generation goes to the endpoint
 * @param output what the response contains
 * @param tools what happens to calls of functions
 */
public record ApiRequest(GenerationRequest generation, OutputFields output, ToolUse tools) {}
