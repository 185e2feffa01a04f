/**
 * The routes of the HTTP API. {@link io.troupe.streams.http.api.ApiRoutes} lists them, and {@link
 * io.troupe.streams.http.api.Router} checks path, method, key, media type and size of a request
 * before it reaches its route.
 */
package io.troupe.streams.http.api;
