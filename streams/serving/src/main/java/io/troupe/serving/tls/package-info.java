/**
 * TLS of an endpoint's servers: {@link io.troupe.serving.tls.ServerTls} reads the PEM files and
 * knows whether the certificate of a client is valid now. It needs the JDK alone, and knows neither
 * protocol.
 */
package io.troupe.serving.tls;
