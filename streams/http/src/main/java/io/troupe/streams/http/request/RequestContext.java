package io.troupe.streams.http.request;

import io.troupe.protocols.config.LoadConfig;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.request.GenerationFields;

/**
 * What is needed to read requests.
 *
 * @param model the served model
 * @param defaults of the model
 * @param limits of the endpoint
 */
public record RequestContext(
    ServedModel model, GenerationFields.Defaults defaults, LoadConfig limits) {}
