package io.troupe.nn.diffusers;

/** How a residual block uses the time: {@code resnet_time_scale_shift}. */
enum TimeShift {
  /** It is added before the second norm. */
  DEFAULT,
  /** It scales and shifts the result of the second norm. */
  SCALE_SHIFT
}
