/**
 * Decodes image files to bytes of pixels, as torchvision's loader does with PIL. {@link
 * io.troupe.data.image.ImageFile} reads a file, {@link io.troupe.data.image.ImageSize} is its size.
 */
package io.troupe.data.image;
