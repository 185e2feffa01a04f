// Bodies of requests, and what their events contain.

/** The fields of both requests. Settings that are not set keep the endpoint's defaults. */
export function fields(settings, model) {
  const body = { model, max_tokens: settings.max_tokens ?? 128, temperature: settings.temperature ?? 1 };
  for (const name of ['top_p', 'top_k', 'min_p', 'repetition_penalty', 'presence_penalty', 'frequency_penalty', 'seed']) {
    if (settings[name] != null) body[name] = settings[name];
  }
  if (settings.stop) body.stop = [settings.stop.replaceAll('\\n', '\n').replaceAll('\\t', '\t')];
  Object.assign(body, constraint(settings));
  body.stream = true;
  body.stream_options = { include_usage: true };
  return body;
}

function constraint({ format, pattern }) {
  switch (format) {
    case 'json_object':
      return { response_format: { type: 'json_object' } };
    case 'json_schema':
      return { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: parsed(pattern) } } };
    case 'regex':
      return { structured_outputs: { regex: pattern } };
    default:
      return {};
  }
}

function parsed(schema) {
  try {
    return JSON.parse(schema);
  } catch (error) {
    throw new Error(`The schema must be JSON: ${error.message}`);
  }
}

export function completionBody(prompt, settings, model) {
  return { ...fields(settings, model), prompt, logprobs: settings.alternatives ?? 5, return_token_ids: true };
}

export function chatBody(messages, settings, model) {
  const given = settings.system ? [{ role: 'system', content: settings.system }, ...messages] : messages;
  return {
    ...fields(settings, model),
    messages: given,
    logprobs: true,
    top_logprobs: settings.alternatives ?? 5,
    return_token_ids: true,
  };
}

/**
 * What an event adds: text, tokens ({text, logprob, alternatives: [{text, logprob}], id, version}),
 * the finish reason and the usage, if there are any.
 */
export function parts(event) {
  const choice = event.choices?.[0];
  const usage = event.usage ?? null;
  if (!choice) return { text: '', tokens: [], finish: null, usage };
  const text = choice.text ?? choice.delta?.content ?? choice.message?.content ?? '';
  const tokens = choice.logprobs?.content ? chatTokens(choice.logprobs.content) : completionTokens(choice.logprobs);
  const versions = choice.policy_versions ?? event.policy_versions;
  tokens.forEach((token, i) => {
    token.id = choice.token_ids?.[i];
    token.version = versions?.[i];
  });
  return { text, tokens: placed(tokens, text), finish: choice.finish_reason ?? null, usage };
}

function completionTokens(logprobs) {
  return (logprobs?.tokens ?? []).map((text, i) => ({
    text,
    logprob: logprobs.token_logprobs?.[i] ?? null,
    alternatives: Object.entries(logprobs.top_logprobs?.[i] ?? {}).map(([other, logprob]) => ({ text: other, logprob })),
  }));
}

function chatTokens(content) {
  return content.map((token) => ({
    text: token.token,
    logprob: token.logprob,
    alternatives: (token.top_logprobs ?? []).map((other) => ({ text: other.token, logprob: other.logprob })),
  }));
}

/**
 * Gives each token the text that it adds to the answer: a token that ends inside of a character
 * adds nothing, and the one that completes the character adds it whole.
 */
function placed(tokens, text) {
  if (tokens.map((token) => token.text).join('') === text) {
    tokens.forEach((token) => (token.added = token.text));
  } else {
    tokens.forEach((token, i) => (token.added = i === tokens.length - 1 ? text : ''));
  }
  return tokens;
}
