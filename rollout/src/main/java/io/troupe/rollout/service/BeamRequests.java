package io.troupe.rollout.service;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.beam.Beam;
import io.troupe.rollout.beam.BeamSearch;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.LinkedHashSet;
import java.util.List;

/** The requests for beam search, in order; the first one runs. Not thread-safe. */
final class BeamRequests implements AutoCloseable {
  private final CausalLM model;
  private final Tokenizer tokenizer;
  private final DecodingLimits limits;
  private final LinkedHashSet<DecodingStream> requests = new LinkedHashSet<>();
  private BeamSearch search; // of the first request, once it has started

  BeamRequests(CausalLM model, Tokenizer tokenizer, DecodingLimits limits) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.limits = limits;
  }

  void add(DecodingStream stream) {
    requests.add(stream);
  }

  /** Removes a request, running or not. */
  void remove(DecodingStream stream) {
    if (search != null && stream == requests.getFirst()) {
      close();
    }
    requests.remove(stream);
  }

  /** Whether the first request has started. */
  boolean isSearching() {
    return search != null;
  }

  /** Has the keys and values of the current search computed again before its next token. */
  void recompute() {
    if (search != null) {
      search.recompute();
    }
  }

  /**
   * Continues the first request by one pass; returns whether there is one.
   *
   * @param mayStart whether the first request may start
   */
  boolean step(long policyVersion, boolean mayStart) {
    if (requests.isEmpty() || (search == null && !mayStart)) {
      return false;
    }
    DecodingStream first = requests.getFirst();
    DecodingRequest request = first.request();
    if (search == null) {
      search =
          new BeamSearch(
              model,
              tokenizer,
              request.group().prompt(),
              config(request),
              limits.maxPrefillTokens());
    }
    if (!search.step(policyVersion)) {
      List<Beam> beams = search.beams();
      removeFirst();
      first.complete(
          new SampledGroup(request.group(), beams.stream().map(Beam::completion).toList()),
          beams.stream().map(Beam::score).toList());
    }
    return true;
  }

  private static GenerationConfig config(DecodingRequest request) {
    return request.config().withNumReturnSequences(request.group().numGenerations());
  }

  /** Ends the search of the first request. */
  DecodingStream removeFirst() {
    close();
    return requests.removeFirst();
  }

  /** Releases the KV cache of the running search. */
  @Override
  public void close() {
    if (search != null) {
      search.close();
      search = null;
    }
  }
}
