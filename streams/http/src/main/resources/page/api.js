// Requests to the endpoint that served this page.

/** The endpoint answered with an error, or not at all. `status` is 0 without an answer. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const MAX_EVENT_CHARACTERS = 4 << 20;

export class Api {
  /** @param key function that returns the API key, or an empty text */
  constructor(key) {
    this.key = key;
  }

  async get(path) {
    return (await this.#fetch(path, {})).text();
  }

  async json(path) {
    return JSON.parse(await this.get(path));
  }

  /** The JSON objects of a stream of server-sent events, as they arrive. */
  async *stream(path, body, signal) {
    const response = await this.#fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    for await (const data of events(response.body)) {
      if (data === '[DONE]') return;
      const event = JSON.parse(data);
      if (event.error) throw new ApiError(200, message(event, data));
      yield event;
    }
    throw new ApiError(200, 'The connection ended before the answer did.');
  }

  async #fetch(path, options) {
    const headers = { ...options.headers };
    const key = this.key();
    if (key) headers.Authorization = `Bearer ${key}`;
    let response;
    try {
      response = await fetch(path, { ...options, headers, cache: 'no-store' });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new ApiError(0, 'The endpoint does not answer. It may have been stopped.');
    }
    if (!response.ok) throw await failure(response);
    return response;
  }
}

async function failure(response) {
  const text = await response.text();
  let reason = text.slice(0, 500);
  try {
    reason = message(JSON.parse(text), reason);
  } catch {
    // not JSON: the text itself
  }
  const after = response.headers.get('Retry-After');
  const advice = {
    401: 'Enter an API key at the top of the page.',
    429: after ? `The endpoint is busy; try again in ${after} s.` : 'The endpoint is busy; try again.',
  }[response.status];
  return new ApiError(response.status, [`${response.status}: ${reason || response.statusText}`, advice].filter(Boolean).join('\n'));
}

function message(answer, text) {
  const error = answer.error;
  return typeof error === 'string' ? error : error?.message ?? text;
}

/** The data of server-sent events. Comments, such as keep-alive pings, are skipped. */
export async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pending = '';
  let data = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      pending += decoder.decode(value, { stream: true });
      if (pending.length > MAX_EVENT_CHARACTERS) throw new ApiError(200, 'An event is too large.');
      const lines = pending.split(/\r\n|\n|\r(?!$)/);
      pending = lines.pop();
      for (const line of lines) {
        if (line === '') {
          if (data.length) yield data.join('\n');
          data = [];
        } else if (line.startsWith('data:')) {
          data.push(line.slice(line[5] === ' ' ? 6 : 5));
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // a stopped answer ends at the endpoint too
  }
}
