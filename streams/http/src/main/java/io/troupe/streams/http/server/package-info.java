/**
 * An HTTP/1.1 server on Pekko Streams: connections with limits, TLS, detection of disconnected
 * clients, and a stop with a deadline. It knows nothing of models. Start with {@link
 * io.troupe.streams.http.server.HttpServer}.
 */
package io.troupe.streams.http.server;
