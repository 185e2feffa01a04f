package io.troupe.deploy.bench.serve;

import java.util.OptionalInt;

/**
 * The first model of an endpoint.
 *
 * @param id its name
 * @param vocabSize number of token ids, if the endpoint reports it
 */
record ServedModel(String id, OptionalInt vocabSize) {}
