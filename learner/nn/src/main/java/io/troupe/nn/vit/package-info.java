/**
 * Vision transformers (arXiv:2010.11929) and DeiT (arXiv:2012.12877), with the names of timm. Start
 * with {@link io.troupe.nn.vit.ViTConfig}, then {@link io.troupe.nn.vit.VisionTransformer}.
 */
package io.troupe.nn.vit;
