// Tokens colored by probability, and the inspector that shows one of them.

const LIMITS = [0.01, 0.1, 0.3, 0.6, 0.9];

export function percent(logprob) {
  const p = 100 * Math.exp(logprob);
  return p >= 99.95 && p < 100 ? '> 99.9 %' : p < 0.005 ? '< 0.01 %' : `${p.toFixed(p < 1 ? 2 : 1)} %`;
}

/** Text with white space and control characters made visible. */
export function visible(text) {
  if (text === '') return '(empty)';
  return text
    .replaceAll('\n', '⏎')
    .replaceAll('\t', '⇥')
    .replaceAll('\r', '␍')
    .replace(/[\u0000-\u001f\u007f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/^ +| +$/g, (spaces) => '␣'.repeat(spaces.length));
}

function probabilityClass(logprob) {
  if (logprob == null) return 'unknown';
  const p = Math.exp(logprob);
  const found = LIMITS.findIndex((limit) => p < limit);
  return `p${found < 0 ? LIMITS.length : found}`;
}

/** The tokens of one answer, in an element. */
export class TokenList {
  constructor(element, inspector, onBranch) {
    this.element = element;
    this.inspector = inspector;
    this.onBranch = onBranch;
    this.tokens = [];
    this.text = '';
  }

  /** Shows text that was given, not sampled. */
  given(text) {
    const span = document.createElement('span');
    span.className = 'given';
    span.textContent = text;
    this.element.append(span);
    this.text += text;
  }

  append({ text, tokens }) {
    if (!tokens.length) {
      if (text) this.element.append(text);
      this.text += text;
      return;
    }
    for (const token of tokens) {
      const placed = { ...token, index: this.tokens.length, before: this.text, list: this };
      this.text += token.added;
      this.tokens.push(placed);
      this.element.append(this.#span(placed));
    }
  }

  #span(token) {
    const span = document.createElement('span');
    span.className = `token ${probabilityClass(token.logprob)}`;
    token.span = span;
    if (token.added === '') {
      span.append(symbol('·'));
    } else if (/^\n+$/.test(token.added)) {
      span.append(symbol('⏎'), token.added);
    } else {
      span.textContent = token.added;
    }
    span.addEventListener('pointerenter', (event) => event.pointerType === 'mouse' && this.inspector.preview(token));
    span.addEventListener('pointerleave', () => this.inspector.endPreview());
    span.addEventListener('click', () => this.inspector.select(token));
    return span;
  }
}

function symbol(text) {
  const span = document.createElement('span');
  span.className = 'symbol';
  span.textContent = text;
  return span;
}

/** Shows the probability of a token and its alternatives. */
export class Inspector {
  constructor(element) {
    this.element = element;
    this.empty = [...element.childNodes];
    this.selected = null;
  }

  preview(token) {
    this.#show(token);
  }

  endPreview() {
    if (this.selected) this.#show(this.selected);
  }

  select(token) {
    this.selected?.span.classList.remove('selected');
    this.selected = this.selected === token ? null : token;
    this.selected?.span.classList.add('selected');
    this.#show(token);
  }

  /** Selects the neighbor of the selected token. Returns whether there is one. */
  move(step) {
    const next = this.selected?.list.tokens[this.selected.index + step];
    if (!next) return false;
    this.select(next);
    next.span.scrollIntoView({ block: 'nearest' });
    return true;
  }

  clear() {
    this.selected = null;
    this.element.replaceChildren(...this.empty);
  }

  #show(token) {
    const line = document.createElement('div');
    line.className = 'line';
    const facts = [`token ${token.index + 1}`];
    if (token.id != null) facts.push(`id ${token.id}`);
    if (token.version != null) facts.push(`weights v${token.version}`);
    line.append(code(visible(token.text)));
    if (token.logprob != null) line.append(text(percent(token.logprob)), text(`log-probability ${token.logprob.toFixed(4)}`));
    line.append(text(facts.join(' · '), 'faint'));
    const list = document.createElement('ol');
    for (const other of alternatives(token)) list.append(this.#row(token, other));
    this.element.replaceChildren(line, list);
  }

  #row(token, other) {
    const row = document.createElement('li');
    const chosen = other.text === token.text;
    row.classList.toggle('chosen', chosen);
    row.append(code(visible(other.text)), bar(Math.exp(other.logprob)), text(percent(other.logprob)), text(other.logprob.toFixed(3), 'faint logprob'));
    if (token.list.onBranch && !chosen) {
      const branch = document.createElement('button');
      branch.type = 'button';
      branch.textContent = 'continue';
      branch.title = 'Continue from here with this token instead';
      branch.addEventListener('click', () => token.list.onBranch(token.before + other.text));
      row.append(branch);
    } else {
      row.append(text(chosen ? 'chosen' : '', 'faint'));
    }
    return row;
  }
}

/** The alternatives, best first, with the token itself even if it is not among them. */
function alternatives(token) {
  const all = [...token.alternatives];
  if (token.logprob != null && !all.some((other) => other.text === token.text)) {
    all.push({ text: token.text, logprob: token.logprob });
  }
  return all.sort((a, b) => b.logprob - a.logprob);
}

function bar(fraction) {
  const track = document.createElement('i');
  const fill = document.createElement('i');
  fill.style.width = `${100 * fraction}%`;
  track.className = 'probability';
  track.append(fill);
  return track;
}

function code(content) {
  const element = document.createElement('code');
  element.textContent = content;
  return element;
}

function text(content, className = '') {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = content;
  return element;
}
