package io.troupe.rollout.kvcache;

import io.troupe.tensor.backend.KvPages;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Finds full pages by the tokens that lead to them.
 *
 * <p>The pages form a tree: the entry of a page is found by the entry of the page before it and by
 * its own tokens. The hash chains over both, and equality compares the tokens and the identity of
 * the previous entry, so a page that is found has the same tokens as the request at every position.
 * Identities are never used twice: the entries behind a removed page can no longer be found. Not
 * thread-safe.
 */
final class PrefixIndex {
  /** Makes the order of the hash table unknown to clients. */
  private static final int SALT = new SplittableRandom().nextInt();

  private final Map<Key, Entry> entries = new HashMap<>();
  private final Entry[] ofPage;
  private long lastId;
  private Entry root = new Entry(0, null, -1);

  /** A page, or the start of all sequences. */
  record Entry(long id, Key key, int page) {}

  /** The key of a page: the page before it, and its tokens. */
  private static final class Key {
    private final long parent;
    private final int[] tokens;
    private final int hash;

    Key(long parent, int[] tokens) {
      this.parent = parent;
      this.tokens = tokens;
      long mixed = 31L * Arrays.hashCode(tokens) + SALT + parent * 0x9E3779B97F4A7C15L;
      mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
      this.hash = (int) (mixed >>> 32);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && parent == key.parent && Arrays.equals(tokens, key.tokens);
    }
  }

  PrefixIndex(int numPages) {
    ofPage = new Entry[numPages];
  }

  /** The entry before the first page of a sequence, under the current weights. */
  Entry root() {
    return root;
  }

  boolean contains(int page) {
    return ofPage[page] != null;
  }

  /**
   * The page that follows another, or null.
   *
   * @param tokens a sequence
   * @param index the number of pages before this one
   */
  Entry find(Entry previous, int[] tokens, int index) {
    return entries.get(key(previous, tokens, index));
  }

  /** Adds a page, which must not have been found. A page moves from its former entry. */
  Entry add(Entry previous, int[] tokens, int index, int page) {
    remove(page);
    Entry entry = new Entry(++lastId, key(previous, tokens, index), page);
    entries.put(entry.key, entry);
    ofPage[page] = entry;
    return entry;
  }

  private static Key key(Entry previous, int[] tokens, int index) {
    int from = index * KvPages.PAGE_SIZE;
    return new Key(previous.id, Arrays.copyOfRange(tokens, from, from + KvPages.PAGE_SIZE));
  }

  /** Removes a page; nothing happens if it is not in the index. */
  void remove(int page) {
    if (ofPage[page] != null) {
      entries.remove(ofPage[page].key);
      ofPage[page] = null;
    }
  }

  /** Removes every page. */
  void clear() {
    if (!entries.isEmpty()) {
      entries.clear();
      Arrays.fill(ofPage, null);
    }
    root = new Entry(++lastId, null, -1);
  }
}
