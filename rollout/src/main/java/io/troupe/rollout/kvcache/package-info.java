/**
 * The paged key-value cache (arXiv:2309.06180). {@link io.troupe.rollout.kvcache.PagePool} counts
 * who uses a page, {@link io.troupe.rollout.kvcache.PageTable} is one sequence's list of pages, and
 * {@link io.troupe.rollout.kvcache.PagedKvCache} is what a model attends through. The memory itself
 * is {@code io.troupe.tensor.backend.KvPages}.
 */
package io.troupe.rollout.kvcache;
