/** New weights for a running endpoint: {@link io.troupe.serving.weights.WeightControl}. */
package io.troupe.serving.weights;
