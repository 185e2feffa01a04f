package io.troupe.data.image;

/**
 * The size of an image.
 *
 * @param height in pixels
 * @param width in pixels
 * @param channels 1 for gray, 3 for RGB
 */
public record ImageSize(int height, int width, int channels) {}
