package io.troupe.tensor;

import io.troupe.tensor.memory.MemoryPool;
import io.troupe.tensor.memory.MemoryUse;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Owns tensors and releases their memory when it closes.
 *
 * <p>New tensors belong to the current scope of the calling thread: the innermost one that it has
 * opened or entered. {@link #keep} copies a result into another scope. A scope is used by one
 * thread at a time, except that long-lived ones may be allocated from by any thread.
 *
 * <pre>{@code
 * try (Scope step = engine.open("step " + n)) {
 *   Tensor loss = model.forward(batch);
 *   loss.backward();
 * } // every temporary of the step is free again
 * }</pre>
 */
public final class Scope implements AutoCloseable {
  private static final ThreadLocal<Scope> CURRENT = new ThreadLocal<>();

  private final Engine engine;
  private final String name;
  private final boolean longLived;
  private final MemoryUse use;
  private final Set<Storage> owned = new LinkedHashSet<>();
  private Scope outer;
  private boolean entered;
  private boolean closed;

  private Scope(Engine engine, String name, boolean longLived, MemoryUse use) {
    this.engine = engine;
    this.name = name;
    this.longLived = longLived;
    this.use = use;
  }

  static Scope push(Engine engine, String name) {
    Scope scope = new Scope(engine, name, false, MemoryUse.ACTIVATIONS);
    scope.outer = CURRENT.get();
    scope.entered = true;
    CURRENT.set(scope);
    return scope;
  }

  static Scope detached(Engine engine, String name, MemoryUse use) {
    return new Scope(engine, name, true, use);
  }

  /**
   * The scope that new tensors of this thread belong to.
   *
   * @throws IllegalStateException if none is open
   */
  public static Scope current() {
    Scope scope = CURRENT.get();
    if (scope == null) {
      throw new IllegalStateException(
          "no scope is open on thread "
              + Thread.currentThread().getName()
              + ": open one with try (Scope scope = engine.open(name))");
    }
    return scope;
  }

  /**
   * Makes this the current scope until the result is closed; this scope itself stays open. Used
   * with long-lived scopes: {@code try (var in = modelScope.enter()) { ... }}.
   */
  public Entered enter() {
    Scope before = CURRENT.get();
    CURRENT.set(this);
    return () -> {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    };
  }

  /** Restores the scope that was current before. */
  public interface Entered extends AutoCloseable {
    @Override
    void close();
  }

  /** The engine of the scope. */
  public Engine engine() {
    return engine;
  }

  /** The name in error messages. */
  public String name() {
    return name;
  }

  boolean isLongLived() {
    return longLived;
  }

  Storage allocate(long bytes) {
    return allocate(bytes, use);
  }

  synchronized Storage allocate(long bytes, MemoryUse blockUse) {
    if (closed) {
      throw new IllegalStateException("scope '" + name + "' is closed");
    }
    long blockBytes = MemoryPool.blockBytes(bytes);
    long address = engine.memory().acquire(blockBytes, blockUse);
    Storage storage = new Storage(this, address, blockBytes, blockUse);
    owned.add(storage);
    return storage;
  }

  /**
   * Copies a tensor into this scope, so that it outlives the one it was made in; detached.
   *
   * @return the copy, owned by this scope
   */
  public Tensor keep(Tensor tensor) {
    try (Entered _ = enter()) {
      return tensor.detach().copy();
    }
  }

  /**
   * Releases the memory of a tensor of this scope before the scope closes. The tensor and its views
   * must not be used afterwards.
   */
  public synchronized void release(Tensor tensor) {
    Storage storage = tensor.storage();
    if (storage.owner() != this) {
      throw new IllegalArgumentException(
          "scope '" + name + "' cannot release a tensor of scope '" + storage.owner().name() + "'");
    }
    storage.release();
    owned.remove(storage);
  }

  /** Releases all memory, and makes the enclosing scope current again. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Storage storage : owned) {
      storage.release();
    }
    owned.clear();
    if (entered) {
      restoreOuter();
    }
  }

  private void restoreOuter() {
    if (CURRENT.get() != this) {
      throw new IllegalStateException(
          "scope '"
              + name
              + "' closed while '"
              + current().name()
              + "' is the current one: close scopes on their own thread, innermost first");
    }
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }
}
