/**
 * An endpoint's HTTP API: OpenAI's, with the additions of vLLM. {@link
 * io.troupe.streams.http.HttpEndpoint} starts and stops it; {@link
 * io.troupe.streams.http.api.ApiRoutes} lists the routes.
 */
package io.troupe.streams.http;
