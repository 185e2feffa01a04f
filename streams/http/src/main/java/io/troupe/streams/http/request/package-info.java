/**
 * Requests of OpenAI's API as clients write them. {@link
 * io.troupe.streams.http.request.CompletionRequest} reads {@code /v1/completions}, {@link
 * io.troupe.streams.http.request.ChatRequest} {@code /v1/chat/completions}; both result in a {@link
 * io.troupe.streams.http.request.ApiRequest}.
 */
package io.troupe.streams.http.request;
