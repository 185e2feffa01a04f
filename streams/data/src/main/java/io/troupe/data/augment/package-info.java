/**
 * Random changes of pictures while they are learned from, under the names of {@code
 * torchvision.transforms}. {@link io.troupe.data.augment.Augmentation#parse} makes them of a
 * setting; every draw is a function of seed, epoch and example.
 */
package io.troupe.data.augment;
