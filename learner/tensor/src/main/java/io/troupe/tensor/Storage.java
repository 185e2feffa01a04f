package io.troupe.tensor;

import io.troupe.tensor.memory.MemoryPool;
import io.troupe.tensor.memory.MemoryUse;
import java.lang.foreign.MemorySegment;

/**
 * A block of memory and the version of its contents; views share it.
 *
 * <p>The version increases whenever the contents change. A backend uses it to detect that a derived
 * form, such as a packed copy of a weight, is stale; autograd uses it to detect that a saved tensor
 * was modified.
 */
public final class Storage {
  private final Scope owner;
  private final long address;
  private final long blockBytes;
  private final MemoryUse use;
  private volatile boolean released;
  private volatile int version;
  private volatile Derived derived;
  private volatile Replacement replacement;

  /** A form of the contents that a backend caches. */
  public interface Derived extends AutoCloseable {
    /** Releases its memory. */
    @Override
    void close();
  }

  /** A form that holds the contents in place of the row-major block. */
  public interface Replacement extends Derived {
    /** Copies bytes of the row-major contents to a segment. */
    void read(long offsetBytes, MemorySegment target);

    /** Overwrites bytes of the row-major contents. */
    void write(long offsetBytes, MemorySegment source);
  }

  Storage(Scope owner, long address, long blockBytes, MemoryUse use) {
    this.owner = owner;
    this.address = address;
    this.blockBytes = blockBytes;
    this.use = use;
  }

  Scope owner() {
    return owner;
  }

  long blockBytes() {
    return blockBytes;
  }

  /** The first byte. */
  long address() {
    if (released) {
      throw new IllegalStateException(
          "tensor used after its scope '"
              + owner.name()
              + "' released its memory: keep() or copy it into a longer-lived scope first");
    }
    if (replacement != null) {
      throw new IllegalStateException(
          "a weight of scope '"
              + owner.name()
              + "' must be row-major for this operation, got packed panels; do not pack the weights"
              + " of a model that is trained or copied");
    }
    return address;
  }

  /** The number of changes of the contents. */
  public int version() {
    return version;
  }

  /** Increments the version. */
  public void changed() {
    version++;
  }

  /** The derived form that a backend caches, or null. */
  public Derived derived() {
    return derived;
  }

  /** Replaces the derived form, unless it holds the contents; the previous one is closed. */
  public void derived(Derived form) {
    if (replacement != null && !released) {
      return;
    }
    Derived before = derived;
    derived = form;
    if (before != null && before != form) {
      before.close();
    }
  }

  /** Whether a tensor is all of this storage, so that no other tensor is part of it. */
  public boolean isWhole(Tensor tensor) {
    return tensor.storageOffsetBytes() == 0
        && MemoryPool.blockBytes(tensor.sizeBytes()) == blockBytes;
  }

  /** The form that holds the contents in place of the row-major block, or null. */
  public Replacement replacement() {
    return replacement;
  }

  /**
   * Releases the row-major block: {@code form} holds the contents from now on. Operations that do
   * not know the form fail.
   */
  public void replaceBy(Replacement form) {
    derived(form);
    replacement = form;
    owner.engine().memory().release(address, blockBytes, use);
  }

  /** Whether the owning scope is long-lived, so that derived forms are worth caching. */
  public boolean isLongLived() {
    return owner.isLongLived();
  }

  boolean isReleased() {
    return released;
  }

  void release() {
    if (!released) {
      released = true;
      derived(null);
      if (replacement == null) {
        owner.engine().memory().release(address, blockBytes, use);
      }
    }
  }
}
