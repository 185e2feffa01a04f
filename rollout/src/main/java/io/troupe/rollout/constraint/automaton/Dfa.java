package io.troupe.rollout.constraint.automaton;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A finite automaton over bytes that has been built completely. From every state a string is
 * accepted. Immutable.
 */
public final class Dfa {
  /** The state after a byte that no accepted string has. */
  static final int DEAD = -1;

  private static final long MAX_STEPS_PER_STATE = 400;

  private final int[] classOf;
  private final int[][] table; // by state and class
  private final BitSet accepting;
  private final ByteSet[] members;

  private Dfa(ByteClasses classes, int[][] table, BitSet accepting) {
    this.classOf = classes.toArray();
    this.members = classes.members();
    this.table = table;
    this.accepting = accepting;
  }

  /**
   * Builds the automaton of a language.
   *
   * @param limit the maximum number of states of all automata that are built with {@code languages}
   * @throws TooManyStatesException if it needs more states, or very complex ones
   */
  public static Dfa of(Language language, Languages languages, int limit) {
    Map<Language, Integer> indices = new IdentityHashMap<>();
    List<Language> states = new ArrayList<>();
    indices.put(language, 0);
    states.add(language);
    int[] representatives = languages.classes().representatives();
    List<int[]> table = new ArrayList<>();
    BitSet accepting = new BitSet();
    long maxSteps = languages.numSteps() + MAX_STEPS_PER_STATE * limit;
    for (int i = 0; i < states.size(); i++) {
      if (languages.numSteps() > maxSteps) {
        throw new TooManyStatesException(limit);
      }
      Language state = states.get(i);
      accepting.set(i, state.acceptsEnd());
      int[] row = new int[representatives.length];
      for (int c = 0; c < row.length; c++) {
        Language next = languages.next(state, representatives[c]);
        row[c] = next.isNothing() ? DEAD : index(next, indices, states, limit);
      }
      table.add(row);
      if (languages.addDfaStates(1) > limit) {
        throw new TooManyStatesException(limit);
      }
    }
    return new Dfa(languages.classes(), table.toArray(int[][]::new), accepting);
  }

  private static int index(
      Language state, Map<Language, Integer> indices, List<Language> states, int limit) {
    Integer index = indices.get(state);
    if (index == null) {
      if (states.size() == limit) {
        throw new TooManyStatesException(limit);
      }
      index = states.size();
      indices.put(state, index);
      states.add(state);
    }
    return index;
  }

  /**
   * The strings that both automata accept.
   *
   * @param limit the maximum number of states
   * @return empty if there are none
   * @throws TooManyStatesException if it needs more states
   */
  public Optional<Dfa> intersect(Dfa other, int limit) {
    ByteClasses classes = new ByteClasses();
    transitionSets().forEach(classes::refine);
    other.transitionSets().forEach(classes::refine);
    int[] representatives = classes.representatives();
    Map<Long, Integer> indices = new HashMap<>();
    List<Long> pairs = new ArrayList<>(List.of(0L));
    indices.put(0L, 0);
    List<int[]> table = new ArrayList<>();
    BitSet accepting = new BitSet();
    for (int i = 0; i < pairs.size(); i++) {
      int mine = (int) (pairs.get(i) >> 32);
      int theirs = pairs.get(i).intValue();
      accepting.set(i, accepts(mine) && other.accepts(theirs));
      int[] row = new int[representatives.length];
      for (int c = 0; c < row.length; c++) {
        int nextMine = next(mine, representatives[c]);
        int nextTheirs = other.next(theirs, representatives[c]);
        row[c] =
            nextMine == DEAD || nextTheirs == DEAD
                ? DEAD
                : index(((long) nextMine << 32) | nextTheirs, indices, pairs, limit);
      }
      table.add(row);
    }
    return pruned(classes, table, accepting);
  }

  private static int index(long pair, Map<Long, Integer> indices, List<Long> pairs, int limit) {
    Integer index = indices.get(pair);
    if (index == null) {
      if (pairs.size() == limit) {
        throw new TooManyStatesException(limit);
      }
      index = pairs.size();
      indices.put(pair, index);
      pairs.add(pair);
    }
    return index;
  }

  /** Removes the transitions to states from which nothing is accepted. */
  private static Optional<Dfa> pruned(ByteClasses classes, List<int[]> table, BitSet accepting) {
    BitSet alive = alive(table, accepting);
    for (int[] row : table) {
      for (int c = 0; c < row.length; c++) {
        if (row[c] != DEAD && !alive.get(row[c])) {
          row[c] = DEAD;
        }
      }
    }
    return alive.get(0)
        ? Optional.of(new Dfa(classes, table.toArray(int[][]::new), accepting))
        : Optional.empty();
  }

  private static BitSet alive(List<int[]> table, BitSet accepting) {
    List<List<Integer>> sources = new ArrayList<>();
    table.forEach(_ -> sources.add(new ArrayList<>()));
    for (int i = 0; i < table.size(); i++) {
      for (int next : table.get(i)) {
        if (next != DEAD) {
          sources.get(next).add(i);
        }
      }
    }
    BitSet alive = (BitSet) accepting.clone();
    ArrayDeque<Integer> reached = new ArrayDeque<>();
    accepting.stream().forEach(reached::add);
    while (!reached.isEmpty()) {
      for (int source : sources.get(reached.remove())) {
        if (!alive.get(source)) {
          alive.set(source);
          reached.add(source);
        }
      }
    }
    return alive;
  }

  int start() {
    return 0;
  }

  /** The state after a byte in [0, 255], or {@link #DEAD}. */
  int next(int state, int b) {
    return table[state][classOf[b]];
  }

  boolean accepts(int state) {
    return accepting.get(state);
  }

  /** Whether a text can only end in a state. */
  boolean isEnd(int state) {
    return accepting.get(state) && Arrays.stream(table[state]).allMatch(next -> next == DEAD);
  }

  /** The number of states. */
  public int numStates() {
    return table.length;
  }

  /** Sets of bytes that together separate all bytes that the automaton distinguishes. */
  List<ByteSet> transitionSets() {
    return List.of(members);
  }
}
