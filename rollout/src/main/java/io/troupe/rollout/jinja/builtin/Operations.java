package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arithmetic;
import io.troupe.rollout.jinja.value.Budget;
import io.troupe.rollout.jinja.value.Comparison;
import io.troupe.rollout.jinja.value.Iteration;
import io.troupe.rollout.jinja.value.PythonText;
import io.troupe.rollout.jinja.value.Subscripts;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/** Python's operations on values with the budget of one rendering. */
public record Operations(
    Budget budget,
    PythonText text,
    Comparison comparison,
    Arithmetic arithmetic,
    Iteration iteration,
    Subscripts subscripts) {
  /** The operations that charge a budget. */
  public Operations(Budget budget) {
    this(
        budget,
        new PythonText(budget),
        new Comparison(budget),
        new Arithmetic(budget),
        new Iteration(budget),
        new Subscripts(budget));
  }

  /** The value as a text; a text that is safe remains so. */
  Value.Str softText(Value value) {
    return value instanceof Value.Str string ? string : Value.text(text.str(value));
  }

  /** A new text, whose length is charged. */
  Value.Str newText(String string, boolean safe) {
    budget.chargeText(string.length());
    return new Value.Str(string, safe);
  }

  /**
   * A generator. Its elements are computed at once; an error is raised when the elements before it
   * have been read, as it is in Python.
   */
  Value generator(Consumer<List<Value>> compute) {
    List<Value> items = new ArrayList<>();
    int depth = budget.depth();
    try {
      compute.accept(items);
    } catch (TemplateException e) {
      if (e.kind() == TemplateException.Kind.LIMIT) {
        throw e;
      }
      budget.restoreDepth(depth);
      return new Value.Generator(failing(items.iterator(), e));
    }
    return new Value.Generator(items.iterator());
  }

  private static Iterator<Value> failing(Iterator<Value> items, TemplateException failure) {
    return new Iterator<>() {
      private boolean failed;

      @Override
      public boolean hasNext() {
        if (!items.hasNext() && !failed) {
          failed = true;
          throw failure;
        }
        return items.hasNext();
      }

      @Override
      public Value next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return items.next();
      }
    };
  }

  /** The elements in order; stable, by comparisons with {@code <} alone. */
  List<Value> sorted(List<Value> items, List<Value> keys) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      order.add(i);
    }
    List<Value> sorted = new ArrayList<>();
    for (int index : mergeSort(order, keys)) {
      sorted.add(items.get(index));
    }
    return sorted;
  }

  private List<Integer> mergeSort(List<Integer> order, List<Value> keys) {
    if (order.size() < 2) {
      return order;
    }
    List<Integer> left = mergeSort(order.subList(0, order.size() / 2), keys);
    List<Integer> right = mergeSort(order.subList(order.size() / 2, order.size()), keys);
    List<Integer> merged = new ArrayList<>(order.size());
    int i = 0;
    int j = 0;
    while (i < left.size() && j < right.size()) {
      merged.add(
          isLess(keys.get(right.get(j)), keys.get(left.get(i))) ? right.get(j++) : left.get(i++));
    }
    merged.addAll(left.subList(i, left.size()));
    merged.addAll(right.subList(j, right.size()));
    return merged;
  }

  boolean isLess(Value a, Value b) {
    return comparison.isOrdered(a, b) && comparison.order(a, b, "<") < 0;
  }
}
