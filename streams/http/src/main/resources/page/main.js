// Starts the page: the header, the playground and the charts.
import { Api } from './api.js';
import { Dashboard } from './dashboard.js';
import { Playground } from './playground.js';
import { Settings, store, stored } from './settings.js';
import { Inspector } from './tokens.js';

const MODEL_INTERVAL_MS = 5000;
const KEY = 'troupe-api-key';
const THEME = 'troupe-theme';
const THEMES = ['auto', 'light', 'dark'];

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const element = (id) => document.getElementById(id);
const keyInput = element('api-key');
keyInput.value = stored(KEY) ?? '';

const api = new Api(() => keyInput.value.trim());
const settings = new Settings(element('settings-form'));
let model = '';
const playground = new Playground(api, settings, new Inspector(element('inspector')), () => model);
const dashboard = new Dashboard(api, element('chart-list'), element('metrics-status'));

function showTheme(theme) {
  const system = systemIsDark.matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = theme === 'auto' ? system : theme;
  element('theme').textContent = theme;
  dashboard.draw();
}

async function showHealth() {
  const dot = element('health');
  try {
    await api.get('health');
    dot.className = 'dot good';
    dot.title = 'ready';
  } catch (error) {
    dot.className = error.status ? 'dot warn' : 'dot bad';
    dot.title = error.message;
  }
}

async function showModel() {
  try {
    const served = (await api.json('v1/models')).data[0];
    model = served.id;
    element('model-name').textContent = model;
    element('model-weights').textContent = weights(served);
    document.title = `${model} – Troupe`;
  } catch (error) {
    element('model-name').textContent = model || error.message.split('\n')[0];
    element('model-weights').textContent = '';
  }
}

function weights(served) {
  const version = served.weights_version ?? served.version ?? served.policy_version;
  const checksum = served.weights_checksum ?? served.checksum;
  const facts = [];
  if (version != null) facts.push(`weights v${version}`);
  if (checksum) facts.push(String(checksum).slice(0, 12));
  if (served.max_model_len) facts.push(`context ${served.max_model_len}`);
  return facts.join(' · ');
}

async function refresh() {
  if (!document.hidden) await Promise.all([showHealth(), showModel()]);
}

keyInput.addEventListener('change', () => {
  store(KEY, keyInput.value.trim());
  refresh();
});
element('theme').addEventListener('click', () => {
  const next = THEMES[(THEMES.indexOf(stored(THEME) ?? 'auto') + 1) % THEMES.length];
  store(THEME, next);
  showTheme(next);
});
systemIsDark.addEventListener('change', () => showTheme(stored(THEME) ?? 'auto'));
if (window.matchMedia('(max-width: 640px)').matches) element('settings').open = false;

showTheme(stored(THEME) ?? 'auto');
playground.show('completion');
dashboard.start();
(async function poll() {
  await refresh();
  setTimeout(poll, MODEL_INTERVAL_MS);
})();
