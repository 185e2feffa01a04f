// Prometheus' text format, and what the charts need of it.

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** One scrape: sums over all label values, and histograms. Names are matched without their prefix. */
export class Scrape {
  constructor(text, seconds) {
    this.seconds = seconds;
    this.sums = new Map();
    this.buckets = new Map();
    for (const line of text.split('\n')) {
      if (line && line[0] !== '#') this.#add(line);
    }
  }

  #add(line) {
    const found = SAMPLE.exec(line);
    if (!found) return;
    const [, full, labels, number] = found;
    const name = full.replace(/^(troupe|vllm)[_:]/, '').replaceAll(':', '_');
    const value = Number(number);
    if (Number.isNaN(value)) return;
    if (name.endsWith('_bucket')) {
      this.#addBucket(name.slice(0, -'_bucket'.length), labels ?? '', value);
    } else {
      this.sums.set(name, (this.sums.get(name) ?? 0) + value);
    }
  }

  #addBucket(name, labels, value) {
    for (const [, label, text] of labels.matchAll(LABEL)) {
      if (label !== 'le') continue;
      const le = text === '+Inf' ? Infinity : Number(text);
      const buckets = this.buckets.get(name) ?? new Map();
      buckets.set(le, (buckets.get(le) ?? 0) + value);
      this.buckets.set(name, buckets);
    }
  }

  /** A gauge or counter; counters may have the suffix _total. NaN if there is none. */
  value(name) {
    return this.sums.get(name) ?? this.sums.get(`${name}_total`) ?? NaN;
  }

  /** Increase of a counter since an earlier scrape; a counter that was reset starts from 0. */
  increase(name, earlier) {
    const now = this.value(name);
    const before = earlier.value(name);
    return Number.isNaN(before) || before > now ? now : now - before;
  }

  rate(name, earlier) {
    const seconds = this.seconds - earlier.seconds;
    return seconds > 0 ? this.increase(name, earlier) / seconds : NaN;
  }

  /**
   * A quantile of what a histogram has counted since an earlier scrape, interpolated within its
   * bucket. NaN if it has counted nothing.
   */
  quantile(name, share, earlier) {
    const now = this.buckets.get(name);
    if (!now) return NaN;
    const before = earlier.buckets.get(name) ?? new Map();
    const bounds = [...now.keys()].sort((a, b) => a - b);
    const reset = bounds.some((le) => (before.get(le) ?? 0) > now.get(le));
    const counts = bounds.map((le) => now.get(le) - (reset ? 0 : (before.get(le) ?? 0)));
    const rank = share * counts.at(-1);
    if (!(rank > 0)) return NaN;
    const i = counts.findIndex((count) => count >= rank);
    const low = i === 0 ? 0 : bounds[i - 1];
    if (bounds[i] === Infinity) return low;
    const below = i === 0 ? 0 : counts[i - 1];
    return low + ((bounds[i] - low) * (rank - below)) / (counts[i] - below);
  }
}
