package io.troupe.rollout.engine;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.sampling.Sampler;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.SamplingRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One forward pass of the engine and the choice of tokens from it.
 *
 * <p>Rows of the pass: the last token of each running sample, then the parts of prompts that are
 * read in. Only the rows that a token is chosen from are projected to logits; samples that start
 * from one prompt share its row.
 */
final class DecodingPass implements SamplingRows {
  private final CausalLM model;
  private final PagedKvCache cache;

  private final List<PageTable> tables = new ArrayList<>();
  private int[] ids = new int[64];
  private int[] positions = new int[64];
  private int[] sequenceOfRow = new int[64];
  private int numRows;

  private final List<SequenceDecoding> sampled = new ArrayList<>();
  private int[] stateOfSample = new int[16]; // which state a sample's token is chosen from
  private int[] rowOfState = new int[16]; // row of the pass, or -1 for one that a group has kept
  private final List<GroupDecoding> groupOfState = new ArrayList<>();
  private int numStates;

  private Tensor hidden;
  private int[] tokenIds = new int[16];
  private float[] logProbs = new float[16];

  DecodingPass(CausalLM model, PagedKvCache cache) {
    this.model = model;
    this.cache = cache;
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
   * Runs the pass and chooses tokens; temporaries belong to the current scope. Groups without
   * demand are left out.
   *
   * @return whether there was anything to compute
   */
  boolean run(List<SequenceDecoding> running, List<GroupDecoding> admitted, int maxPrefillTokens) {
    clear();
    for (SequenceDecoding sequence : running) {
      if (sequence.group.isActive && sequence.completionLength() > 0) {
        addDecoding(sequence);
      }
    }
    int budget = maxPrefillTokens;
    for (GroupDecoding group : admitted) {
      if (group.isActive && !group.isPromptCached()) {
        budget -= addPrompt(group, budget);
      }
    }
    for (GroupDecoding group : admitted) {
      if (group.isActive && group.isPromptCached()) {
        addFirstTokens(group, running);
      }
    }
    hidden = numRows == 0 ? null : forward();
    if (!sampled.isEmpty()) {
      choose(logits());
    }
    return numRows > 0 || !sampled.isEmpty();
  }

  private void clear() {
    tables.clear();
    sampled.clear();
    groupOfState.clear();
    numRows = 0;
    numStates = 0;
    hidden = null;
  }

  private void addDecoding(SequenceDecoding sequence) {
    int position = sequence.pages.length();
    sequence.pages.extend(1);
    addSampled(sequence, addState(numRows, sequence.group));
    addRow(sequence.lastToken(), position, tables.size());
    tables.add(sequence.pages);
  }

  /** Adds the next part of a prompt; the number of its tokens. */
  private int addPrompt(GroupDecoding group, int budget) {
    int from = group.promptPages.length();
    int count = Math.min(budget, group.promptLength() - from);
    if (count <= 0) {
      return 0;
    }
    group.promptPages.extend(count);
    int[] prompt = group.spec.prompt().tokenIds();
    for (int i = from; i < from + count; i++) {
      addRow(prompt[i], i, tables.size());
    }
    tables.add(group.promptPages);
    if (group.isPromptCached()) {
      addState(numRows - 1, group);
    }
    return count;
  }

  /** The samples of a group that has its prompt, and that have no token yet, get their first. */
  private void addFirstTokens(GroupDecoding group, List<SequenceDecoding> running) {
    int state = -1;
    for (SequenceDecoding sequence : running) {
      if (sequence.group == group && sequence.completionLength() == 0) {
        state = state < 0 ? promptState(group) : state;
        sequence.pages.continueFrom(group.promptPages);
        addSampled(sequence, state);
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

  private void addRow(int id, int position, int table) {
    if (numRows == ids.length) {
      ids = Arrays.copyOf(ids, 2 * numRows);
      positions = Arrays.copyOf(positions, 2 * numRows);
      sequenceOfRow = Arrays.copyOf(sequenceOfRow, 2 * numRows);
    }
    ids[numRows] = id;
    positions[numRows] = position;
    sequenceOfRow[numRows++] = table;
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

  private Tensor forward() {
    int[] passPositions = Arrays.copyOf(positions, numRows);
    cache.beginPass(
        tables.toArray(PageTable[]::new), Arrays.copyOf(sequenceOfRow, numRows), passPositions);
    return model.hiddenStates(
        new TokenBatch(Arrays.copyOf(ids, numRows), passPositions, null), cache);
  }

  /** The state after the prompt of a group that has been read in by this pass, (1, hidden). */
  Tensor promptHidden(GroupDecoding group) {
    int row = rowOfState[promptState(group)];
    return hidden.rows(row, row + 1);
  }

  /** The logits that each sample's token is chosen from, (samples, vocab). */
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

  /** The hidden states that tokens are chosen from, (states, hidden). */
  private Tensor states() {
    if (numStates == numRows) { // every row is one: no prompt is longer than a token
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

  private void choose(Tensor logits) {
    int samples = sampled.size();
    int from = 0;
    while (from < samples) {
      Sampler sampler = sampled.get(from).group.sampler;
      int to = from + 1;
      while (to < samples && sampler.equals(sampled.get(to).group.sampler)) {
        to++;
      }
      Tensor part = from == 0 && to == samples ? logits : logits.rows(from, to);
      sampler.sample(part, this, from, tokenIds);
      readLogProbs(part, sampler.temperature(), from);
      from = to;
    }
  }

  /** Reads log-probabilities with the operation that the learner uses, so that they are equal. */
  private void readLogProbs(Tensor logits, double temperature, int from) {
    int rows = logits.size(0);
    Tensor targets = Tensor.of(Arrays.copyOfRange(tokenIds, from, from + rows));
    Tensor tokenLogProbs = Tensor.empty(DType.FLOAT32, Shape.of(rows));
    Tensor lse = Tensor.empty(DType.FLOAT32, Shape.of(rows));
    Backend.of(logits)
        .loss()
        .tokenLogProbs(tokenLogProbs, lse, null, null, logits, targets, temperature);
    System.arraycopy(tokenLogProbs.toFloats(), 0, logProbs, from, rows);
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
  public double uniform(int row) {
    return sampled.get(row).uniform();
  }
}
