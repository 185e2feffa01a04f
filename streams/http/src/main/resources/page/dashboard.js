// Scrapes /metrics once a second and draws the charts.
import { Chart } from './charts.js';
import { Scrape } from './prometheus.js';

const INTERVAL_MS = 1000;
const SPAN_SECONDS = 300; // kept
const MIN_SPAN_SECONDS = 60; // of the time axis, which grows to all that is kept
const RATE_SECONDS = 3; // rates are means over this time
const QUANTILE_SECONDS = 15; // quantiles need more observations

const CHARTS = [
  {
    title: 'Requests',
    series: ['running', 'waiting'],
    values: (now) => [now.value('num_requests_running'), now.value('num_requests_waiting')],
  },
  {
    title: 'Tokens per second',
    series: ['generated', 'prompt'],
    values: (now, recent) => [now.rate('generation_tokens', recent), now.rate('prompt_tokens', recent)],
  },
  {
    title: 'Time to first token',
    unit: 's',
    series: ['p50', 'p99'],
    values: (now, recent, earlier) => quantiles('time_to_first_token_seconds', now, earlier),
  },
  {
    title: 'Between tokens',
    unit: 's',
    series: ['p50', 'p99'],
    values: (now, recent, earlier) => quantiles('inter_token_latency_seconds', now, earlier),
  },
  {
    title: 'KV cache',
    unit: '%',
    most: 1,
    series: ['used'],
    values: (now) => [now.value('kv_cache_usage_perc')],
  },
  {
    title: 'Prefix cache',
    unit: '%',
    most: 1,
    series: ['hit rate'],
    values: (now, recent, earlier) => [now.increase('prefix_cache_hits', earlier) / now.increase('prefix_cache_queries', earlier)],
  },
];

function axis(span) {
  return span === 60 ? 'minute' : `${span / 60} minutes`;
}

function quantiles(name, now, earlier) {
  return [now.quantile(name, 0.5, earlier), now.quantile(name, 0.99, earlier)];
}

export class Dashboard {
  constructor(api, list, status) {
    this.api = api;
    this.status = status;
    this.scrapes = [];
    this.charts = CHARTS.map((definition) => ({ definition, chart: new Chart(list, definition), points: [] }));
    this.cursorSeconds = null;
    list.addEventListener('pointermove', (event) => this.#point(event));
    list.addEventListener('pointerleave', () => this.#point(null));
    window.addEventListener('resize', () => this.draw());
  }

  start() {
    const tick = async () => {
      if (!document.hidden) await this.#scrape();
      setTimeout(tick, INTERVAL_MS);
    };
    tick();
  }

  async #scrape() {
    try {
      const text = await this.api.get('metrics');
      this.#add(new Scrape(text, performance.now() / 1000));
      this.error = null;
    } catch (error) {
      this.error = error.message.split('\n')[0];
    }
    this.draw();
  }

  #add(scrape) {
    this.scrapes = [...this.scrapes.filter((old) => scrape.seconds - old.seconds < 2 * QUANTILE_SECONDS), scrape];
    const recent = this.#since(scrape.seconds - RATE_SECONDS);
    const earlier = this.#since(scrape.seconds - QUANTILE_SECONDS);
    for (const { definition, points } of this.charts) {
      points.push({ seconds: scrape.seconds, values: definition.values(scrape, recent, earlier) });
      while (points[0].seconds < scrape.seconds - SPAN_SECONDS) points.shift();
    }
  }

  /** The newest scrape that is as old as a time, or the oldest one. */
  #since(seconds) {
    return this.scrapes.findLast((scrape) => scrape.seconds <= seconds) ?? this.scrapes[0];
  }

  draw() {
    const span = this.#span();
    for (const { chart, points } of this.charts) {
      chart.draw(points, span, this.#cursor(points));
    }
    const at = this.cursorSeconds === null ? `last ${axis(span)}` : `${Math.round(this.cursorSeconds)} s ago`;
    this.status.textContent = this.error ?? at;
  }

  #span() {
    const points = this.charts[0].points;
    const age = points.length ? points.at(-1).seconds - points[0].seconds : 0;
    return Math.min(SPAN_SECONDS, Math.max(MIN_SPAN_SECONDS, Math.ceil(age / 60) * 60));
  }

  #cursor(points) {
    if (this.cursorSeconds === null || !points.length) return -1;
    const at = points.at(-1).seconds - this.cursorSeconds;
    let nearest = 0;
    points.forEach((point, i) => {
      if (Math.abs(point.seconds - at) < Math.abs(points[nearest].seconds - at)) nearest = i;
    });
    return nearest;
  }

  /** Keeps the cursor at a time before the newest point, so that it stays while points move. */
  #point(event) {
    const canvas = event?.target.closest?.('canvas');
    if (canvas) {
      const box = canvas.getBoundingClientRect();
      this.cursorSeconds = (1 - (event.clientX - box.left) / box.width) * this.#span();
    } else {
      this.cursorSeconds = null;
    }
    this.draw();
  }
}
