/**
 * Swin transformers (arXiv:2103.14030), with the names of torchvision. Start with {@link
 * io.troupe.nn.swin.SwinConfig}, then {@link io.troupe.nn.swin.SwinTransformer}.
 */
package io.troupe.nn.swin;
