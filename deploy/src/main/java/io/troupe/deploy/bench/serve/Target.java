package io.troupe.deploy.bench.serve;

import java.time.Duration;
import java.util.Optional;

/**
 * An endpoint and the key for it.
 *
 * @param baseUrl URL without the path of an API, and without a slash at the end
 * @param apiKey bearer token
 * @param timeout maximum time of one request
 */
record Target(String baseUrl, Optional<String> apiKey, Duration timeout) {}
