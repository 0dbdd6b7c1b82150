'use strict';
// The page lists the jobs and follows /api/events; every event is the whole new state of one job, so there
// is nothing to merge. It holds no secret: the session is an HttpOnly cookie.

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat();
const jobs = new Map(); // id -> {state, element}
let cursor = null;

const kActions = {
  pending: [['start', 'Start', ''], ['cancel', 'Cancel', 'danger']],
  running: [['pause', 'Pause', 'plain'], ['cancel', 'Cancel', 'danger']],
  paused: [['resume', 'Resume', ''], ['cancel', 'Cancel', 'danger']],
};

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

async function api(path, options) {
  const response = await fetch(path, options).catch(() => {
    throw new Error('The server cannot be reached now.'); // the browsers' own words differ, and help nobody
  });
  if (response.status === 401) {
    showSignedOut();
    throw new Error('Signed out.');
  }
  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    // A proxy's own page, for instance: its status says enough.
  }
  if (!response.ok) throw new Error(explain(body, response.status));
  return body;
}

function explain(problem, status) {
  if (!problem) return `The server answered ${status}.`;
  const issues = (problem.issues || []).map((issue) => `${issue.pointer}: ${issue.detail}`);
  return [problem.detail || problem.title, ...issues].join('\n');
}

function showError(error) {
  $('error').textContent = error ? error.message : '';
  $('error').hidden = !error;
}

function showSignedOut() {
  $('signed-in').hidden = true;
  $('signed-out').hidden = false;
  for (const id of ['who', 'live', 'sign-out']) $(id).hidden = true;
}

function phaseOf(job) {
  return job.phase === 'importing' ? 'importing' : job.status;
}

async function act(job, action, button) {
  if (action === 'cancel' && !confirm(`Cancel “${job.name}” for good? Its waiting calls are taken back.`)) return;
  button.disabled = true;
  try {
    const changed = await api(`/api/jobs/${encodeURIComponent(job.id)}/${action}`, { method: 'POST' });
    showError(null);
    if (changed) show(changed);
  } catch (error) {
    showError(error);
  } finally {
    button.disabled = false;
  }
}

function makeCard() {
  const card = element('li', { className: 'job' });
  const parts = {
    name: element('h3'),
    state: element('span'),
    id: element('code'),
    progress: element('progress', { max: 100 }),
    figures: element('p', { className: 'figures' }),
    message: element('p', { className: 'error', hidden: true }),
    actions: element('div', { className: 'actions' }),
  };
  card.append(element('div', { className: 'head' }, parts.name, parts.state, parts.id), parts.progress,
    parts.figures, parts.message, parts.actions);
  return { card, parts, actionsFor: null };
}

function figure(label, value) {
  return element('span', {}, element('b', { textContent: number.format(value) }), ` ${label}`);
}

function fill(entry, job) {
  const { parts } = entry;
  const phase = phaseOf(job);
  parts.name.textContent = job.name;
  parts.state.textContent = phase;
  parts.state.className = `state ${phase}`;
  parts.id.textContent = job.id;
  parts.progress.value = job.progress;
  parts.progress.setAttribute('aria-label', `${job.name}: ${job.progress} percent ended`);
  const figures = [figure(job.totalCalls === 1 ? 'person' : 'people', job.totalCalls), figure('completed', job.completedCalls), figure('failed', job.failedCalls)];
  if (job.canceledCalls) figures.push(figure('canceled', job.canceledCalls));
  if (job.openCalls) figures.push(figure('open', job.openCalls));
  if (job.liveCalls) figures.push(figure('live', job.liveCalls));
  if (job.import && job.import.rejected) figures.push(figure('rows not taken', job.import.rejected));
  parts.figures.replaceChildren(...figures);
  parts.message.textContent = job.errorMessage || '';
  parts.message.hidden = !job.errorMessage;
  entry.job = job;
  if (entry.actionsFor !== phase) { // only then: a button that has the focus keeps it
    entry.actionsFor = phase;
    parts.actions.replaceChildren(...(kActions[phase] || []).map(([action, label, className]) => {
      const button = element('button', { type: 'button', textContent: label, className });
      button.setAttribute('aria-label', `${label} ${job.name}`);
      button.addEventListener('click', () => act(entry.job, action, button));
      return button;
    }));
  }
}

function show(job, older = false) {
  let entry = jobs.get(job.id);
  if (!entry) {
    entry = makeCard();
    jobs.set(job.id, entry);
    if (older) $('jobs').append(entry.card);
    else $('jobs').prepend(entry.card);
  }
  fill(entry, job);
  $('empty').hidden = jobs.size > 0;
}

function remove(id) {
  jobs.get(id)?.card.remove();
  jobs.delete(id);
  $('empty').hidden = jobs.size > 0;
}

async function loadPage() {
  const query = cursor ? `?limit=50&cursor=${encodeURIComponent(cursor)}` : '?limit=50';
  const page = await api(`/api/jobs${query}`);
  for (const job of page.jobs) show(job, true);
  cursor = page.nextCursor || null;
  $('more').hidden = !cursor;
  $('empty').hidden = jobs.size > 0;
}

// First the stream, then the list: what changes in between comes as an event and is applied afterwards.
function follow() {
  let early = [];
  const apply = (kind, job) => (kind === 'job' ? show(job) : remove(job.id));
  const source = new EventSource('/api/events');
  const live = $('live');
  live.hidden = false;
  live.textContent = 'connecting';
  let loaded = false;
  source.addEventListener('open', async () => {
    live.classList.add('on');
    live.textContent = 'live';
    if (loaded) return; // a reconnection resumes by Last-Event-ID
    loaded = true;
    try {
      await loadPage();
    } catch (error) {
      showError(error);
    }
    const missed = early;
    early = null;
    missed.forEach(([kind, job]) => apply(kind, job));
  });
  source.addEventListener('error', async () => {
    live.classList.remove('on');
    live.textContent = 'reconnecting';
    if (source.readyState !== EventSource.CLOSED) return;
    try {
      await api('/api/session'); // signed out, or the server is only away for a moment?
      setTimeout(() => location.reload(), 3000);
    } catch {
      if (!$('signed-in').hidden) setTimeout(() => location.reload(), 3000);
    }
  });
  for (const kind of ['job', 'job_deleted']) {
    source.addEventListener(kind, (event) => {
      const job = JSON.parse(event.data);
      if (early) early.push([kind, job]);
      else apply(kind, job);
    });
  }
}

function send(url, type, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells no progress of what is sent
    request.open('POST', url);
    request.setRequestHeader('content-type', type);
    request.upload.onprogress = (event) => onProgress(event.loaded / Math.max(event.total, 1));
    request.onerror = () => reject(new Error('The connection broke off; nothing of the list was kept.'));
    request.onload = () => {
      let body = null;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // as above
      }
      if (request.status === 401) showSignedOut();
      if (request.status < 300) resolve(body);
      else reject(new Error(explain(body, request.status)));
    };
    request.send(file);
  });
}

function showImport(job) {
  const summary = job.import || {};
  const result = $('import-result');
  result.className = 'wide';
  const accepted = summary.accepted || 0;
  const text = `${number.format(accepted)} ${accepted === 1 ? 'person' : 'people'} will be called; `
    + `${number.format(summary.duplicates || 0)} came twice, ${number.format(summary.rejected || 0)} rows were not taken.`;
  result.replaceChildren(element('p', { textContent: text }));
  const rejects = (summary.rejects || []).slice(0, 10);
  if (rejects.length) {
    result.append(element('ul', {}, ...rejects.map((row) => element('li', { textContent: `Row ${row.row}: ${row.detail}` }))));
  }
}

async function importList(event) {
  event.preventDefault();
  const form = event.target;
  const field = (name) => form.elements.namedItem(name); // form.name would be the form's own
  const file = field('file').files[0];
  const query = new URLSearchParams();
  for (const name of ['name', 'assistantId', 'phoneNumberId']) query.set(name, field(name).value);
  if (field('now').checked) query.set('schedule', 'now');
  const region = field('defaultRegion').value.toUpperCase();
  if (region) query.set('defaultRegion', region);
  const type = /\.(ndjson|jsonl)$/i.test(file.name) ? 'application/x-ndjson' : 'text/csv';
  const button = form.querySelector('button');
  button.disabled = true;
  $('upload').hidden = false;
  try {
    const job = await send(`/api/jobs?${query}`, type, file, (part) => { $('upload').value = part * 100; });
    show(job);
    showImport(job);
    field('file').value = '';
  } catch (error) {
    $('import-result').className = 'wide error';
    $('import-result').textContent = error.message;
  } finally {
    button.disabled = false;
    $('upload').hidden = true;
  }
}

async function start() {
  $('curl').textContent = `curl -sS ${location.origin}/api/jobs \\
  -H "authorization: Bearer $(callgate token)" -H 'content-type: application/json' \\
  -d '{"name":"Hello","schedule":"now","assistantId":"demo-assistant","phoneNumberId":"demo-number","phoneNumbers":["+14155550132"]}'`;
  $('import').addEventListener('submit', importList);
  $('import').elements.namedItem('file').addEventListener('change', (event) => {
    const file = event.target.files[0];
    const name = $('import').elements.namedItem('name');
    if (file && !name.value) name.value = file.name.replace(/\.[^.]*$/, '');
  });
  $('more').addEventListener('click', () => loadPage().catch(showError));
  $('sign-out').addEventListener('click', async () => {
    try {
      await api('/sign-out', { method: 'POST' });
      location.reload();
    } catch (error) {
      showError(error);
    }
  });
  if (location.hash === '#link-refused') {
    $('link-refused').hidden = false;
    history.replaceState(null, '', '/');
  }
  let session;
  try {
    session = await api('/api/session');
  } catch (error) {
    if ($('signed-out').hidden) {
      $('signed-in').hidden = false;
      showError(error);
    }
    return;
  }
  $('who').textContent = `${session.workspace} · ${session.roles.join(', ')}`;
  for (const id of ['who', 'signed-in', 'sign-out']) $(id).hidden = false;
  follow();
}

start();
