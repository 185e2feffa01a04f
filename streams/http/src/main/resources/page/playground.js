// The playground: one answer at a time, for a prompt or a conversation.
import { chatBody, completionBody, parts } from './generation.js';
import { TokenList } from './tokens.js';

const MAX_SEED = 2 ** 31;
const element = (id) => document.getElementById(id);

export class Playground {
  constructor(api, settings, inspector, model) {
    this.api = api;
    this.settings = settings;
    this.inspector = inspector;
    this.model = model; // function that returns its name
    this.mode = 'completion';
    this.turns = []; // {role, list?, content?} of the conversation
    this.running = null;
    this.#bind();
  }

  #bind() {
    element('run').addEventListener('click', () => this.run());
    element('stop').addEventListener('click', () => this.running?.abort());
    element('clear').addEventListener('click', () => this.clear());
    element('reset').addEventListener('click', () => this.settings.reset());
    for (const mode of ['completion', 'chat']) {
      element(`tab-${mode}`).addEventListener('click', () => this.show(mode));
    }
    element('prompt').addEventListener('keydown', (event) => this.#onKey(event, event.ctrlKey || event.metaKey));
    element('message').addEventListener('keydown', (event) => this.#onKey(event, !event.shiftKey));
    document.addEventListener('keydown', (event) => {
      if (event.target.closest?.('input, textarea, select')) return;
      if (event.key === 'Escape') this.running?.abort();
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step && this.inspector.move(step)) event.preventDefault();
    });
  }

  #onKey(event, sends) {
    if (event.key === 'Escape') this.running?.abort();
    if (event.key === 'Enter' && sends && !event.isComposing) {
      event.preventDefault();
      this.run();
    }
  }

  show(mode) {
    this.mode = mode;
    for (const name of ['completion', 'chat']) {
      element(`tab-${name}`).setAttribute('aria-selected', String(name === mode));
      element(name).hidden = name !== mode;
    }
    element('system-label').hidden = mode !== 'chat';
    element('run').textContent = mode === 'chat' ? 'Send' : 'Run';
    element('run').title = mode === 'chat' ? 'Enter' : 'Ctrl+Enter';
  }

  clear() {
    this.running?.abort();
    this.inspector.clear();
    this.#fail(null);
    element('status').textContent = '';
    if (this.mode === 'chat') {
      this.turns = [];
      element('chat-output').replaceChildren();
    } else {
      element('completion-output').replaceChildren();
    }
  }

  run() {
    if (this.running) return;
    if (this.mode === 'chat') {
      this.#send();
    } else {
      this.#complete('');
    }
  }

  /** Continues the prompt, after a part of the answer that is given. */
  #complete(given) {
    const output = element('completion-output');
    const prompt = element('prompt').value;
    this.inspector.clear();
    output.replaceChildren();
    const list = new TokenList(output, this.inspector, (text) => this.running || this.#complete(text));
    if (given) list.given(given);
    this.#stream('v1/completions', (settings, model) => completionBody(prompt + given, settings, model), list, output);
  }

  #send() {
    const message = element('message').value;
    if (!message.trim()) return;
    element('message').value = '';
    this.#addTurn('user', message);
    this.#answer();
  }

  async #answer() {
    const messages = this.turns.map((turn) => ({ role: turn.role, content: turn.list ? turn.list.text : turn.content }));
    const turn = this.#addTurn('assistant', null);
    this.inspector.clear();
    await this.#stream('v1/chat/completions', (settings, model) => chatBody(messages, settings, model), turn.list, element('chat-output'));
    if (!turn.list.tokens.length && !turn.list.text && this.turns.at(-1) === turn) this.#takeBack();
  }

  /** Removes an answer without a token and its message, which can be sent again. */
  #takeBack() {
    const [message] = this.turns.splice(-2).map((turn) => {
      turn.box.remove();
      return turn.content;
    });
    if (!element('message').value) element('message').value = message;
  }

  #addTurn(role, content) {
    const box = document.createElement('div');
    box.className = `turn ${role}`;
    const head = document.createElement('div');
    head.className = 'turn-head';
    const body = document.createElement('div');
    body.className = 'turn-body';
    if (content !== null) body.textContent = content;
    const turn = { role, content, box, list: role === 'assistant' ? new TokenList(body, this.inspector, null) : null };
    head.append(role, this.#turnButton(turn));
    box.append(head, body);
    element('chat-output').append(box);
    element('chat-output').scrollTop = element('chat-output').scrollHeight;
    this.turns.push(turn);
    return turn;
  }

  #turnButton(turn) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'quiet';
    button.textContent = turn.list ? 'again' : 'edit';
    button.title = turn.list ? 'Answer again' : 'Edit this message; the conversation continues from here';
    button.addEventListener('click', () => {
      if (this.running) return;
      this.turns.splice(this.turns.indexOf(turn)).forEach((removed) => removed.box.remove());
      this.inspector.clear();
      if (turn.list) {
        this.#answer();
      } else {
        element('message').value = turn.content;
        element('message').focus();
      }
    });
    return button;
  }

  async #stream(path, body, list, output) {
    this.#fail(null);
    const run = new Run();
    this.running = run.controller;
    element('run').disabled = true;
    output.classList.add('running');
    element('stop').disabled = false;
    try {
      const settings = this.settings.read();
      run.seed = settings.seed ??= Math.floor(Math.random() * MAX_SEED);
      for await (const event of this.api.stream(path, body(settings, this.model()), run.controller.signal)) {
        const part = parts(event);
        run.add(part);
        const follows = output.scrollHeight - output.scrollTop - output.clientHeight < 40;
        list.append(part);
        if (follows) output.scrollTop = output.scrollHeight;
        element('status').textContent = run.summary();
      }
    } catch (error) {
      if (error.name === 'AbortError') run.finish = 'stopped';
      else this.#fail(error);
    } finally {
      this.running = null;
      element('run').disabled = false;
      output.classList.remove('running');
      element('stop').disabled = true;
      element('status').textContent = run.summary();
    }
  }

  #fail(error) {
    element('error').hidden = !error;
    element('error').textContent = error?.message ?? '';
  }
}

/** Measures one answer. */
class Run {
  constructor() {
    this.controller = new AbortController();
    this.start = performance.now();
    this.tokens = 0;
  }

  add(part) {
    const count = part.tokens.length || (part.text ? 1 : 0);
    if (count) {
      this.first ??= performance.now();
      this.last = performance.now();
      this.tokens += count;
    }
    this.finish = part.finish ?? this.finish;
    this.usage = part.usage ?? this.usage;
  }

  summary() {
    const facts = [];
    if (this.usage) {
      const cached = this.usage.prompt_tokens_details?.cached_tokens;
      facts.push(`prompt ${this.usage.prompt_tokens}${cached ? ` (${cached} cached)` : ''}`);
    }
    if (this.tokens) {
      facts.push(`${this.usage?.completion_tokens ?? this.tokens} tokens`, `first after ${Math.round(this.first - this.start)} ms`);
      if (this.last > this.first) facts.push(`${Math.round(((this.tokens - 1) * 1000) / (this.last - this.first))} tokens/s`);
    }
    if (this.seed != null) facts.push(`seed ${this.seed}`);
    if (this.finish) facts.push(this.finish);
    return facts.join(' · ');
  }
}
