package io.troupe.nn.clip;

/**
 * The shape of a CLIP model.
 *
 * @param text the text encoder
 * @param vision the image encoder
 * @param projectionDim features of the common space
 */
public record ClipConfig(ClipTextConfig text, ClipVisionConfig vision, int projectionDim) {}
