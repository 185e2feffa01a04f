package io.troupe.rollout.engine;

import io.troupe.nn.lm.CausalLM;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.sampling.Sampler;
import io.troupe.rollout.sampling.TokenLogProb;
import io.troupe.rollout.sampling.TopTokenLogProbs;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.SamplingRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One forward pass of the engine, and the selection of tokens from its logits.
 *
 * <p>The rows of a pass are the last token of each running sample, then the parts of prompts, and
 * of completions that were preempted, that are read. Only the rows from which a token is selected
 * are projected to logits; samples that start from the same prompt share its row.
 */
final class DecodingPass implements SamplingRows {
  private final CausalLM model;
  private final PagedKvCache cache;

  private final PassRows rows = new PassRows();
  private final List<SequenceDecoding> returned = new ArrayList<>(); // with uncached tokens
  private final List<SequenceDecoding> sampled = new ArrayList<>();
  private int[] stateOfSample = new int[16]; // the state from which a token is selected
  private int[] rowOfState = new int[16]; // row of the pass, or -1 for the kept state of a group
  private final List<GroupDecoding> groupOfState = new ArrayList<>();
  private int numStates;

  private final List<PromptPart> promptParts = new ArrayList<>(); // of prompts that are scored
  private Tensor hidden;
  private int[] tokenIds = new int[16];
  private float[] logProbs = new float[16];

  /** Rows of the pass that are consecutive positions of a prompt. */
  private record PromptPart(GroupDecoding group, int firstRow, int from, int count) {}

  DecodingPass(CausalLM model, PagedKvCache cache) {
    this.model = model;
    this.cache = cache;
  }

  /** Tokens that were decoded or read. */
  int numRows() {
    return rows.size();
  }

  int numSampled() {
    return sampled.size();
  }

  SequenceDecoding sampled(int i) {
    return sampled.get(i);
  }

  int tokenId(int i) {
    return tokenIds[i];
  }

  float logProb(int i) {
    return logProbs[i];
  }

  /**
   * Runs the pass and selects tokens; temporaries belong to the current scope. Groups without
   * demand are left out.
   *
   * @return whether there was anything to compute
   */
  boolean run(List<SequenceDecoding> running, List<GroupDecoding> admitted, int maxPrefillTokens) {
    clear();
    int budget = maxPrefillTokens;
    for (SequenceDecoding sequence : running) {
      if (sequence.group.isActive && sequence.completionLength() > 0) {
        if (sequence.pages.isStale()) {
          budget -= addStaleOrNext(sequence, budget);
        } else {
          addNext(sequence);
        }
      }
    }
    addUnread(admitted, budget, maxPrefillTokens);
    for (GroupDecoding group : admitted) {
      if (group.isActive && group.isPromptCached()) {
        continuePrompt(group, running);
      }
    }
    hidden = rows.size() == 0 ? null : model.hiddenStates(rows.begin(cache), cache);
    for (PromptPart part : promptParts) {
      Tensor states = hidden.rows(part.firstRow, part.firstRow + part.count);
      part.group.scorePrompt(model, states, part.from);
    }
    if (!sampled.isEmpty()) {
      Tensor logits = logits();
      select(logits);
      selectAlternatives(logits);
    }
    return rows.size() > 0 || !sampled.isEmpty();
  }

  private void clear() {
    rows.clear();
    returned.clear();
    sampled.clear();
    groupOfState.clear();
    promptParts.clear();
    numStates = 0;
    hidden = null;
  }

  /** Adds the last token of a sample, or notes that tokens before it must be read again. */
  private void addNext(SequenceDecoding sequence) {
    if (sequence.pages.length() == 0) {
      if (!sequence.group.isPromptCached()) {
        return; // the pass that reads the end of the prompt continues it
      }
      sequence.continuePrompt(cache);
    }
    if (sequence.numUncached() == 0) {
      addDecoding(sequence);
    } else {
      returned.add(sequence);
    }
  }

  private void addDecoding(SequenceDecoding sequence) {
    int position = sequence.pages.length();
    sequence.pages.extend(1);
    addSampled(sequence, addState(rows.size(), sequence.group));
    rows.add(sequence.pages, sequence.tokenIds(), position, 1);
  }

  /**
   * Adds positions that must be computed again with new weights, or what follows if there are none;
   * returns the number of positions computed again.
   */
  private int addStaleOrNext(SequenceDecoding sequence, int budget) {
    PageTable pages = sequence.pages;
    int from = pages.skipRecomputed(pages.length());
    if (from == pages.length()) {
      addNext(sequence);
      return 0;
    }
    return from < 0 ? 0 : addStale(pages, sequence.tokenIds(), from, budget);
  }

  private int addStale(PageTable pages, int[] tokens, int from, int budget) {
    int count = Math.min(budget, pages.length() - from);
    if (count > 0) {
      pages.recompute(count);
      rows.add(pages, tokens, from, count);
    }
    return count;
  }

  /**
   * Adds parts of preempted completions and of prompts, in order. One that takes several passes
   * leaves up to half of a pass to those behind it, so that short prompts do not wait for the end
   * of a long one.
   */
  private void addUnread(List<GroupDecoding> admitted, int budget, int maxPrefillTokens) {
    int behind = 0; // tokens after the current completion or prompt
    for (SequenceDecoding sequence : returned) {
      behind += sequence.numUncached();
    }
    for (GroupDecoding group : admitted) {
      behind += numUnread(group);
    }
    int left = budget;
    for (SequenceDecoding sequence : returned) {
      int unread = sequence.numUncached();
      behind -= unread;
      left -= addUncached(sequence, share(unread, left, behind, maxPrefillTokens));
    }
    for (GroupDecoding group : admitted) {
      int unread = numUnread(group);
      behind -= unread;
      if (unread > 0) {
        left -= addPrompt(group, share(unread, left, behind, maxPrefillTokens));
      }
    }
  }

  private static int share(int unread, int left, int behind, int maxPrefillTokens) {
    return unread > maxPrefillTokens ? Math.max((left + 1) / 2, left - behind) : left;
  }

  /** Adds the next tokens whose keys and values are not cached; returns their number. */
  private int addUncached(SequenceDecoding sequence, int budget) {
    PageTable pages = sequence.pages;
    int from = pages.length();
    int count = Math.min(budget, sequence.numUncached());
    if (count > 0) {
      pages.extend(count);
      rows.add(pages, sequence.tokenIds(), from, count);
    }
    return count;
  }

  /** The tokens of a prompt that have not been read; 0 if the group is left out. */
  private static int numUnread(GroupDecoding group) {
    if (!group.isActive || group.isPromptCached()) {
      return 0;
    }
    PageTable pages = group.promptPages;
    return group.promptLength() - pages.length() + pages.numStale();
  }

  /** Adds the next part of a prompt; returns the number of its tokens. */
  private int addPrompt(GroupDecoding group, int budget) {
    PageTable pages = group.promptPages;
    int[] prompt = group.spec.prompt().tokenIds();
    int last = group.promptLength() - 1; // its hidden state selects the first tokens
    int from = pages.skipRecomputed(last);
    if (from < 0) {
      return 0;
    }
    int count;
    if (from < pages.length()) {
      count = addStale(pages, prompt, from, budget);
    } else {
      count = Math.min(budget, group.promptLength() - from);
      if (count > 0) {
        pages.extend(count);
        rows.add(pages, prompt, from, count);
      }
    }
    if (count > 0 && group.scoresPrompt()) {
      promptParts.add(new PromptPart(group, rows.size() - count, from, count));
    }
    if (count > 0 && group.isPromptCached() && !group.isPromptOnly()) {
      addState(rows.size() - 1, group);
    }
    return count;
  }

  /** Adds the samples of a group that have no token yet; its prompt is cached. */
  private void continuePrompt(GroupDecoding group, List<SequenceDecoding> running) {
    int state = -1;
    for (SequenceDecoding sequence : running) {
      if (sequence.group == group && sequence.completionLength() == 0) {
        state = state < 0 ? promptState(group) : state;
        sequence.pages.continueFrom(group.promptPages);
        addSampled(sequence, state);
      } else if (sequence.group == group && sequence.pages.length() == 0) {
        sequence.continuePrompt(cache); // its tokens are read in the next pass
      }
    }
  }

  private int promptState(GroupDecoding group) {
    if (group.promptHidden != null) {
      return addState(-1, group);
    }
    int state = numStates - 1;
    while (groupOfState.get(state) != group) {
      state--;
    }
    return state;
  }

  private int addState(int row, GroupDecoding group) {
    if (numStates == rowOfState.length) {
      rowOfState = Arrays.copyOf(rowOfState, 2 * numStates);
    }
    rowOfState[numStates] = row;
    groupOfState.add(group);
    return numStates++;
  }

  private void addSampled(SequenceDecoding sequence, int state) {
    int i = sampled.size();
    if (i == stateOfSample.length) {
      stateOfSample = Arrays.copyOf(stateOfSample, 2 * i);
      tokenIds = Arrays.copyOf(tokenIds, 2 * i);
      logProbs = Arrays.copyOf(logProbs, 2 * i);
    }
    stateOfSample[i] = state;
    sampled.add(sequence);
  }

  /** The hidden state after a prompt whose last part was read in this pass, (1, hidden). */
  Tensor promptHidden(GroupDecoding group) {
    int row = rowOfState[promptState(group)];
    return hidden.rows(row, row + 1);
  }

  /** The logits for the next token of each sample, (samples, vocab). */
  private Tensor logits() {
    Tensor logits = model.logits(states()); // (states, vocab)
    int samples = sampled.size();
    boolean inOrder = samples == numStates;
    for (int i = 0; inOrder && i < samples; i++) {
      inOrder = stateOfSample[i] == i;
    }
    if (inOrder) {
      return logits;
    }
    Tensor repeated = Tensor.empty(DType.FLOAT32, Shape.of(samples, logits.size(1)));
    Tensor rows = Tensor.of(Arrays.copyOf(stateOfSample, samples));
    Backend.of(logits).indexing().embedding(repeated, logits, rows);
    return repeated;
  }

  /** The hidden states from which tokens are selected, (states, hidden). */
  private Tensor states() {
    if (numStates == rows.size()) { // no prompt has more than one token
      boolean inOrder = true;
      for (int i = 0; i < numStates; i++) {
        inOrder &= rowOfState[i] == i;
      }
      if (inOrder) {
        return hidden;
      }
    }
    int features = model.config().hiddenSize();
    Tensor states = Tensor.empty(DType.FLOAT32, Shape.of(numStates, features));
    for (int i = 0; i < numStates; i++) {
      Tensor source =
          rowOfState[i] < 0
              ? groupOfState.get(i).promptHidden
              : hidden.rows(rowOfState[i], rowOfState[i] + 1);
      states.rows(i, i + 1).copyFrom(source);
    }
    return states;
  }

  private void select(Tensor logits) {
    int samples = sampled.size();
    int from = 0;
    while (from < samples) {
      Sampler sampler = sampled.get(from).group.sampler;
      int to = from + 1;
      while (to < samples && sampler.equals(sampled.get(to).group.sampler)) {
        to++;
      }
      Tensor part = from == 0 && to == samples ? logits : logits.rows(from, to);
      sampler.select(part, this, from, tokenIds, logProbs);
      from = to;
    }
  }

  /** Finds the most likely tokens for the samples of groups that need them. */
  private void selectAlternatives(Tensor logits) {
    int from = 0;
    while (from < sampled.size()) {
      GroupDecoding group = sampled.get(from).group;
      int to = from + 1;
      if (group.numAlternatives > 0) {
        while (to < sampled.size() && sharesAlternatives(group, sampled.get(to).group)) {
          to++;
        }
        List<List<TokenLogProb>> top =
            TopTokenLogProbs.of(
                logits.rows(from, to), group.sampler.temperature(), group.numAlternatives);
        for (int i = from; i < to; i++) {
          sampled.get(i).alternatives = top.get(i - from);
        }
      }
      from = to;
    }
  }

  private static boolean sharesAlternatives(GroupDecoding a, GroupDecoding b) {
    return a.numAlternatives == b.numAlternatives
        && a.sampler.temperature() == b.sampler.temperature();
  }

  @Override
  public int[] tokenIds(int row) {
    return sampled.get(row).tokenIds();
  }

  @Override
  public int numTokens(int row) {
    return sampled.get(row).numTokens();
  }

  @Override
  public int numPromptTokens(int row) {
    return sampled.get(row).group.promptLength();
  }

  @Override
  public long[] allowedTokens(int row) {
    return sampled.get(row).allowedTokens();
  }

  @Override
  public double uniform(int row) {
    return sampled.get(row).uniform();
  }
}
