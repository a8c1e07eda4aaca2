/* An interview in progress: the sections of a stage unfold when the stage is ticked, the core alone can be
   shown, and a note gets its mark and the next row without leaving the keyboard. */

import { addRow } from './task.js'

const form = document.querySelector('#task')
const SIDES = new Set(['owned', 'supplied', 'received'])
const LETTERS = { KeyP: 'problem', KeyW: 'works', KeyO: 'opportunity', KeyQ: 'quote', KeyN: 'number', KeyF: 'follow_up' }

form.addEventListener('change', ({ target }) => {
  if (!SIDES.has(target.name) || !target.checked) return
  for (const fold of form.querySelectorAll(`details[data-stage="${CSS.escape(target.value)}"]`)) fold.open = true
})

const core = document.querySelector('#core-only')
core.closest('[hidden]').hidden = false
core.addEventListener('change', () => form.classList.toggle('core-only', core.checked))

document.querySelector('#note-keys').hidden = false
form.querySelector('[data-rows="note"]').addEventListener('keydown', (event) => {
  const row = event.target.closest('[data-row]')
  const mark = event.altKey && !event.ctrlKey && LETTERS[event.code]
  if (mark) row.querySelector('[name$=".mark"]').value = mark
  else if (event.ctrlKey && event.key === 'Enter') next(row)
  else return
  event.preventDefault()
  form.dispatchEvent(new Event('input'))
})

/** The row below, about the same stage: most notes in a row are about one. */
function next(row) {
  const below = row.nextElementSibling ?? addRow('note')
  const stage = below.querySelector('[name$=".stage"]')
  stage.value ||= row.querySelector('[name$=".stage"]').value
  below.querySelector('textarea').focus()
}
