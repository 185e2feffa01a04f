/**
 * Pooling and resampling of images, plane by plane. Read {@link
 * io.troupe.tensor.cpu.pooling.CpuPooling} first.
 */
package io.troupe.tensor.cpu.pooling;
