/* The named form saves itself on the server while somebody types; sending stays a button. */

import { forgiveOnInput, read } from './form.js'

const form = document.querySelector('#task')
const status = document.querySelector('#saved')
const PAUSE = 1500
let timer = 0
let underWay = false

/** One saving at a time: an older draft must not arrive after a newer one. */
async function save({ leaving = false } = {}) {
  clearTimeout(timer)
  timer = 0
  if (underWay) return later(PAUSE)
  underWay = true
  const fields = read(form)
  for (const own of ['csrf_token', 'submission_id']) delete fields[own]
  try {
    const answer = await fetch(form.dataset.draft, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': form.elements.csrf_token.value },
      body: JSON.stringify({ fields }),
      keepalive: leaving,
    })
    if (!answer.ok) throw new Error(answer.status)
    const time = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    status.textContent = form.dataset.saved.replace('{time}', time)
  } catch {
    status.textContent = form.dataset.unsaved
    later(10 * PAUSE)
  } finally {
    underWay = false
  }
}

function later(pause) {
  clearTimeout(timer)
  timer = setTimeout(() => save(), pause)
}

/** One more empty row after the last; its controls get the next number. */
export function addRow(prefix) {
  const list = form.querySelector(`[data-rows="${prefix}"]`)
  const last = list.lastElementChild
  const number = Number(last.dataset.row) + 1
  const row = last.cloneNode(true)
  row.dataset.row = number
  for (const control of row.querySelectorAll('[name]')) {
    control.name = control.name.replace(/\.\d+\./, `.${number}.`)
    control.value = ''
  }
  list.append(row)
  return row
}

for (const place of document.querySelectorAll('[data-add]')) {
  place.hidden = false
  place.querySelector('button').addEventListener('click', () => addRow(place.dataset.add).querySelector('textarea, input')?.focus())
}
forgiveOnInput(form)
form.addEventListener('input', () => later(PAUSE))
// What was typed in the last second goes along when the page is left.
addEventListener('pagehide', () => timer && save({ leaving: true }))
document.querySelector('#errors')?.focus()
