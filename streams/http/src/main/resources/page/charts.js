// Line charts of the last minutes, drawn on canvases that share one time axis and one cursor.

const NARROW = 4;

/** A number in at most four digits with its unit. */
export function figure(value, unit) {
  if (!Number.isFinite(value)) return '–';
  if (unit === 's') return value < 1e-3 ? `${(value * 1e6).toFixed(0)} µs` : value < 1 ? `${digits(value * 1e3)} ms` : `${digits(value)} s`;
  if (unit === '%') return `${digits(100 * value)} %`;
  return `${digits(value)}${unit ? ` ${unit}` : ''}`;
}

function digits(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  if (size >= 1e4) return `${(value / 1e3).toFixed(1)}k`;
  return size >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(size >= 10 ? 1 : 2);
}

export class Chart {
  /**
   * @param title heading
   * @param unit of the values: s, % (of a fraction) or a name
   * @param series names of one or two series
   * @param most upper end of the axis; by default it follows the values
   */
  constructor(parent, { title, unit, series, most }) {
    this.unit = unit;
    this.most = most;
    this.series = series;
    const box = document.createElement('div');
    box.className = 'chart';
    const head = document.createElement('div');
    head.className = 'chart-head';
    const heading = document.createElement('h3');
    heading.textContent = title;
    head.append(heading);
    this.labels = series.map((name, i) => {
      const label = document.createElement('span');
      label.className = i === 0 ? 'a' : 'b';
      const value = document.createElement('b');
      value.textContent = '–';
      label.append(`${name} `, value);
      head.append(label);
      return value;
    });
    this.canvas = document.createElement('canvas');
    this.canvas.setAttribute('role', 'img');
    box.append(head, this.canvas);
    parent.append(box);
    this.title = title;
  }

  /**
   * @param points array of {seconds, values}, oldest first
   * @param span seconds that the time axis covers
   * @param cursor index of the point under the pointer, or -1
   */
  draw(points, span, cursor) {
    const at = points.at(cursor >= 0 ? cursor : -1);
    this.labels.forEach((label, i) => (label.textContent = figure(at?.values[i] ?? NaN, this.unit)));
    this.canvas.setAttribute('aria-label', `${this.title}: ${this.series.map((name, i) => `${name} ${this.labels[i].textContent}`).join(', ')}`);
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const context = this.canvas.getContext('2d');
    context.scale(scale, scale);
    this.#drawPoints(context, { width, height: height - NARROW }, points, span, cursor);
  }

  #drawPoints(context, { width, height }, points, span, cursor) {
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue(name).trim();
    const top = this.#top(points);
    const end = points.at(-1)?.seconds ?? 0;
    const x = (point) => width - ((end - point.seconds) / span) * width;
    const y = (value) => NARROW + (1 - Math.min(1, value / top)) * (height - NARROW);
    context.strokeStyle = color('--grid');
    context.lineWidth = 1;
    line(context, 0, height + 0.5, width, height + 0.5);
    line(context, 0, NARROW + 0.5, width, NARROW + 0.5);
    context.lineWidth = 1.5;
    context.lineJoin = 'round';
    for (let i = this.series.length - 1; i >= 0; i--) {
      context.strokeStyle = color(i === 0 ? '--series-a' : '--series-b');
      path(context, points, x, (point) => y(point.values[i]), i);
    }
    if (cursor >= 0 && points[cursor]) {
      context.strokeStyle = color('--faint');
      context.lineWidth = 1;
      const at = Math.round(x(points[cursor])) + 0.5;
      line(context, at, 0, at, height);
    }
    context.fillStyle = color('--faint');
    context.font = `10px ${style.getPropertyValue('--mono')}`;
    context.textBaseline = 'top';
    context.fillText(figure(top, this.unit), 0, NARROW + 2);
  }

  /** A round number that no value exceeds. */
  #top(points) {
    if (this.most) return this.most;
    const largest = Math.max(0, ...points.flatMap((point) => point.values.filter(Number.isFinite)));
    if (largest === 0) return 1;
    const decade = 10 ** Math.floor(Math.log10(largest));
    return decade * [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * decade >= largest);
  }
}

function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** A line through the points that have a value; a point without neighbors becomes a dot. */
function path(context, points, x, y, i) {
  context.beginPath();
  let open = false;
  points.forEach((point, at) => {
    if (!Number.isFinite(point.values[i])) {
      open = false;
      return;
    }
    if (open) {
      context.lineTo(x(point), y(point));
    } else {
      context.moveTo(x(point), y(point));
      const alone = !Number.isFinite(points[at + 1]?.values[i]);
      if (alone) context.lineTo(x(point) + 1, y(point));
    }
    open = true;
  });
  context.stroke();
}
