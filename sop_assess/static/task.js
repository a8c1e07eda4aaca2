/* The named form saves itself on the server while somebody types; sending stays a button. */

import { forgiveOnInput, read } from './form.js'

const form = document.querySelector('#task')
const status = document.querySelector('#saved')
const PAUSE = 1500
let timer = 0

async function save() {
  const fields = read(form)
  for (const own of ['csrf_token', 'submission_id']) delete fields[own]
  try {
    const answer = await fetch(form.dataset.draft, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': form.elements.csrf_token.value },
      body: JSON.stringify({ fields }),
    })
    if (!answer.ok) throw new Error(answer.status)
    const time = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    status.textContent = form.dataset.saved.replace('{time}', time)
  } catch {
    status.textContent = form.dataset.unsaved
    timer = setTimeout(save, 10 * PAUSE)
  }
}

/** One more empty row after the last; its controls get the next number. */
function addRow(prefix) {
  const list = form.querySelector(`[data-rows="${prefix}"]`)
  const last = list.lastElementChild
  const number = Number(last.dataset.row) + 1
  const row = last.cloneNode(true)
  row.dataset.row = number
  for (const control of row.querySelectorAll('[name]')) {
    control.name = control.name.replace(/\.\d+\./, `.${number}.`)
    if (control.matches('input, textarea')) control.value = ''
  }
  list.append(row)
  return row
}

for (const place of document.querySelectorAll('[data-add]')) {
  place.hidden = false
  place.addEventListener('click', () => addRow(place.dataset.add).querySelector('textarea, input')?.focus())
}
forgiveOnInput(form)
form.addEventListener('input', () => {
  clearTimeout(timer)
  timer = setTimeout(save, PAUSE)
})
document.querySelector('#errors')?.focus()

/* The live panel of an observation: a press ends what runs and starts something else. Minutes come from
   a clock that nobody can set back. */
const live = document.querySelector('#live')
let running = null
if (live) {
  live.hidden = false
  live.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-event]')
    if (button) switchTo(button)
  })
}

function switchTo(button) {
  if (running) endRunning()
  const kind = button.dataset.event
  running = kind ? { kind, words: button.textContent, since: performance.now(), at: new Date() } : null
  const time = running?.at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  const words = running ? live.dataset.work.replace('{what}', running.words).replace('{time}', time) : live.dataset.idle
  document.querySelector('#running').textContent = words
}

function endRunning() {
  const list = form.querySelector('[data-rows="event"]')
  const free = [...list.children].find((row) => !row.querySelector('[name$=".kind"]').value)
  const row = free ?? addRow('event')
  row.querySelector('[name$=".kind"]').value = running.kind
  row.querySelector('[name$=".minutes"]').value = ((performance.now() - running.since) / 60000).toFixed(1)
  row.querySelector('[name$=".at"]').value = running.at.toISOString()
  form.dispatchEvent(new Event('input'))
}
