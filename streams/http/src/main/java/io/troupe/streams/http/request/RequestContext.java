package io.troupe.streams.http.request;

import io.troupe.protocols.config.LoadConfig;
import io.troupe.rollout.pretrained.PublishedSettings;
import io.troupe.serving.model.ServedModel;

/**
 * What is needed to read requests.
 *
 * @param model the served model
 * @param defaults of the model
 * @param limits of the endpoint
 */
public record RequestContext(ServedModel model, PublishedSettings defaults, LoadConfig limits) {}
