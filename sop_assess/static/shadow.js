/* The live panel of an observation. What lasts ends what ran before; what happens in a moment does not.
   Every press lands at once in the list of events, so the draft has it even if the tablet dies. */

import { addRow } from './task.js'

const form = document.querySelector('#task')
const live = document.querySelector('#live')
const clock = document.querySelector('#clock')
const HOUR = 3_600_000
let running = null
let last = null

const part = (row, name) => row.querySelector(`[name$=".${name}"]`)
const lasts = (kind) => live.querySelector(`[data-lasting="${kind}"]`)
const rows = () => [...form.querySelector('[data-rows="event"]').children]
const changed = () => form.dispatchEvent(new Event('input'))

/** Milliseconds since a start. The steady clock stands still while a tablet sleeps, and the other one can be
    set back: the longer of the two is right. */
function elapsed({ at, steady }) {
  return Math.max(performance.now() - steady, Date.now() - at.getTime())
}

function record(kind, at) {
  const free = rows().find((row) => ['kind', 'minutes', 'note'].every((name) => !part(row, name).value))
  const row = free ?? addRow('event')
  part(row, 'kind').value = kind
  part(row, 'stage').value = live.querySelector('#live-stage').value
  part(row, 'at').value = at.toISOString()
  last = row
  return row
}

function start(kind) {
  end()
  const at = new Date()
  running = { row: record(kind, at), at, steady: performance.now() }
}

function end() {
  if (running) part(running.row, 'minutes').value = (elapsed(running) / 60_000).toFixed(1)
  running = null
}

function undo() {
  if (!last) return
  if (running?.row === last) running = null
  for (const control of last.querySelectorAll('[name]')) control.value = ''
  last = null
}

const hour = (at) => at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
const say = (sentence, row) => {
  const what = part(row, 'kind').selectedOptions[0].text
  return sentence.replace('{what}', what).replace('{time}', hour(new Date(part(row, 'at').value)))
}

function show() {
  const kind = running ? part(running.row, 'kind').value : ''
  for (const button of live.querySelectorAll('[data-lasting]')) {
    button.setAttribute('aria-pressed', String(button.dataset.lasting === kind))
  }
  const { work, idle, noted } = live.dataset
  const moment = last && !lasts(part(last, 'kind').value) ? say(noted, last) : ''
  document.querySelector('#running').textContent = [running ? say(work, running.row) : idle, moment].filter(Boolean).join('. ')
  live.querySelector('#undo').disabled = !last
  tick()
}

function tick() {
  const seconds = running ? Math.floor(elapsed(running) / 1000) : 0
  clock.textContent = running ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` : ''
}

function press({ target }) {
  const button = target.closest('button')
  if (!button) return
  if (button.dataset.lasting) start(button.dataset.lasting)
  else if (button.dataset.moment) record(button.dataset.moment, new Date())
  else if (button.id === 'stop') end()
  else undo()
  show()
  changed()
}

/** A page that was loaded again goes on with what still runs, unless it was left behind long ago. */
function resume() {
  const row = rows().findLast((row) => part(row, 'at').value && !part(row, 'minutes').value && lasts(part(row, 'kind').value))
  const at = row && new Date(part(row, 'at').value)
  if (at && Date.now() - at.getTime() < 12 * HOUR) running = { row, at, steady: performance.now() }
}

live.hidden = false
live.addEventListener('click', press)
form.addEventListener('submit', ({ submitter }) => {
  if (submitter?.value === 'send') end()
})
resume()
show()
setInterval(tick, 1000)
