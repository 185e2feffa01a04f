package io.troupe.nn.diffusers;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.GroupNorm;
import io.troupe.nn.layers.Initializer;

/**
 * What the residual blocks of a network share.
 *
 * @param timeChannels width of the time embedding; 0 for none
 * @param timeShift how the time is used
 * @param numGroups of the norms
 * @param eps of the norms
 * @param activation between the layers
 */
record ResnetOptions(
    int timeChannels, TimeShift timeShift, int numGroups, double eps, Activation activation) {

  GroupNorm norm(int channels, Initializer initializer) {
    return new GroupNorm(numGroups, channels, eps, initializer);
  }
}
