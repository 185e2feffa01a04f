/**
 * Sparse matrices. {@link io.troupe.tensor.sparse.SparseMatrix} pairs the positions of {@link
 * io.troupe.tensor.Csr} with values; its product is computed in {@code io.troupe.tensor.autograd}.
 */
package io.troupe.tensor.sparse;
