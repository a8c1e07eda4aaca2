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

forgiveOnInput(form)
form.addEventListener('input', () => {
  clearTimeout(timer)
  timer = setTimeout(save, PAUSE)
})
document.querySelector('#errors')?.focus()
