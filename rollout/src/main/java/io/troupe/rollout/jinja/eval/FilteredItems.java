package io.troupe.rollout.jinja.eval;

import io.troupe.rollout.jinja.value.Value;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;

/** The elements of a loop that a condition holds for, which is checked when each is read. */
final class FilteredItems implements Iterator<Value> {
  private final Iterator<Value> items;
  private final Predicate<Value> test;
  private Optional<Value> next = Optional.empty();

  FilteredItems(Iterator<Value> items, Predicate<Value> test) {
    this.items = items;
    this.test = test;
  }

  @Override
  public boolean hasNext() {
    while (next.isEmpty() && items.hasNext()) {
      next = Optional.of(items.next()).filter(test);
    }
    return next.isPresent();
  }

  @Override
  public Value next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Value value = next.get();
    next = Optional.empty();
    return value;
  }
}
