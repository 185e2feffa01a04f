/**
 * Random changes of training images, under the names of {@code torchvision.transforms}. {@link
 * io.troupe.data.augment.Augmentation#parse} reads them from a setting. Every random number is a
 * function of seed, epoch and example.
 */
package io.troupe.data.augment;
