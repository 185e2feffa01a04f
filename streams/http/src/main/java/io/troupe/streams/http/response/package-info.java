/**
 * Responses of OpenAI's API. {@link io.troupe.streams.http.response.Choices} collects the events of
 * a request, and a {@link io.troupe.streams.http.response.ResponseFormat} writes them: whole, or as
 * chunks of a stream.
 */
package io.troupe.streams.http.response;
