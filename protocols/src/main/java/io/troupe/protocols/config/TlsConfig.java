package io.troupe.protocols.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The certificate of a server.
 *
 * @param certificate PEM file of the chain
 * @param key PEM file of the private key
 * @param clientCa PEM file of the authorities of required client certificates
 */
public record TlsConfig(Path certificate, Path key, Optional<Path> clientCa) {}
