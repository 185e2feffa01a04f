/**
 * Matrix products through packed panels. Read {@link io.troupe.tensor.cpu.products.CpuMatrices}
 * first, then {@link io.troupe.tensor.cpu.products.Product}; the inner loops are in {@link
 * io.troupe.tensor.cpu.products.ProductKernels}.
 */
package io.troupe.tensor.cpu.products;
