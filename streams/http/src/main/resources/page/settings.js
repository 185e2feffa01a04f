// The settings form. Values are kept in this tab.

const STORED = 'troupe-settings';

export class Settings {
  constructor(form) {
    this.form = form;
    this.initial = Object.fromEntries(new FormData(form));
    this.#fill(stored(STORED) ?? {});
    form.addEventListener('input', () => this.#changed());
    form.addEventListener('submit', (event) => event.preventDefault());
    this.#changed();
  }

  /** The values by name; a number that is not set is null. Throws if one is invalid. */
  read() {
    const values = {};
    for (const input of this.form.elements) {
      if (!input.name) continue;
      if (!input.checkValidity()) throw new Error(`${input.name}: ${input.validationMessage}`);
      values[input.name] = input.type === 'number' ? (input.value === '' ? null : Number(input.value)) : input.value;
    }
    return values;
  }

  reset() {
    this.#fill(this.initial);
    this.#changed();
  }

  #fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const input = this.form.elements[name];
      if (input && typeof value === 'string') input.value = value;
    }
  }

  #changed() {
    store(STORED, Object.fromEntries(new FormData(this.form)));
    const format = this.form.elements.format.value;
    const hasPattern = format === 'json_schema' || format === 'regex';
    this.form.querySelector('#pattern-label').hidden = !hasPattern;
    this.form.querySelector('#pattern-name').textContent = format === 'regex' ? 'regular expression' : 'schema';
  }
}

/** A value of this tab's session storage; null if there is none or it may not be used. */
export function stored(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

export function store(name, value) {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // storage is off: the value lasts as long as the page
  }
}
