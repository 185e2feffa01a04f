/**
 * The paged key-value cache (arXiv:2309.06180). {@link io.troupe.rollout.kvcache.PagePool} counts
 * the users of a page, {@link io.troupe.rollout.kvcache.PageTable} lists the pages of one sequence,
 * and a model attends through {@link io.troupe.rollout.kvcache.PagedKvCache}. {@link
 * io.troupe.rollout.kvcache.PrefixIndex} finds the pages that earlier sequences with the same first
 * tokens have filled. The memory is {@code io.troupe.tensor.backend.KvPages}.
 */
package io.troupe.rollout.kvcache;
