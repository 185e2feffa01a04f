/** The model of an endpoint: {@link io.troupe.serving.model.ServedModel}. */
package io.troupe.serving.model;
