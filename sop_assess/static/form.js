/* What every form does in the browser: read and fill fields, check before the server does, show messages
   beside their questions, keep small things on the device. The server checks everything again. */

const PARTS = new Set(['state', 'comment', 'stage', 'severity', 'unit'])

/** Every filled control as {name: [values]}; a unit or choice without its main value stays out. */
export function read(form) {
  const fields = {}
  for (const control of form.elements) {
    const { name, type, value } = control
    if (!name || control.disabled || value === '') continue
    if ((type === 'radio' || type === 'checkbox') && !control.checked) continue
    ;(fields[name] ??= []).push(value)
  }
  for (const name of Object.keys(fields)) {
    if (name.endsWith('.unit') && !fields[base(name)]) delete fields[name]
  }
  return fields
}

/** Put kept values back. */
export function fill(form, fields) {
  for (const control of form.elements) {
    const values = fields[control.name]
    if (control.type === 'radio' || control.type === 'checkbox') control.checked = Boolean(values?.includes(control.value))
    else if (values) control.value = values[0]
  }
}

/** The codes of all questions inside an element, in order. */
export function codes(root) {
  const found = new Set()
  for (const control of root.querySelectorAll('[name]')) if (!control.name.startsWith('skip.')) found.add(base(control.name))
  return [...found]
}

/** Whether a question has an answer or an escape among these fields. */
export const answered = (fields, code) => Boolean(fields[code] || fields[`${code}.state`])

/** Messages by code for what can be told before sending. `words` gives the sentences. */
export function check(root, fields, words) {
  const messages = {}
  for (const code of codes(root)) {
    const question = root.querySelector(`#q-${CSS.escape(code)}`)
    if (!question) continue
    const message = problem(question, code, fields, words)
    if (message) messages[code] = message
  }
  return messages
}

function problem(question, code, fields, words) {
  const needed = question.matches('[aria-required]') || question.querySelector('[aria-required]')
  if (needed && !answered(fields, code)) return words.needed
  const why = question.querySelector('.why[data-needed]')
  if (why && fields[code]?.[0] === 'no' && !fields[`${code}.comment`]?.[0].trim()) return words.why
  const typed = question.querySelector('input[inputmode="decimal"]')
  return typed && typed.value.trim() && !fields[`${code}.state`] ? wrongNumber(typed, words) : ''
}

function wrongNumber(control, words) {
  const text = control.value.replaceAll(' ', '').replaceAll(',', '.')
  const number = Number(text)
  const { least, most } = control.dataset
  if (text === '' || !Number.isFinite(number)) return words.number
  if (least !== undefined && number < Number(least)) return words.least.replace('{n}', least)
  if (most !== undefined && number > Number(most)) return words.most.replace('{n}', most)
  return ''
}

/** Show messages beside their questions and take the old ones away; gives back the first question concerned. */
export function showMessages(root, messages) {
  for (const question of root.querySelectorAll('[id^="q-"]')) clearMessage(question)
  const concerned = []
  for (const [code, sentence] of Object.entries(messages)) {
    const question = root.querySelector(`#q-${CSS.escape(code)}`)
    if (question) concerned.push(showMessage(question, code, sentence))
  }
  return concerned.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))[0]
}

function showMessage(question, code, sentence) {
  const inRow = question.classList.contains('lk-row')
  const message = document.createElement(inRow ? 'span' : 'p')
  Object.assign(message, { className: 'error', id: `e-${code}`, textContent: sentence })
  if (inRow) question.querySelector('legend').append(message)
  else (question.querySelector('.hint') ?? question.querySelector('legend, .q-title')).after(message)
  for (const control of marked(question)) {
    control.setAttribute('aria-invalid', 'true')
    const ids = (control.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
    control.setAttribute('aria-describedby', [...new Set([...ids, message.id])].join(' '))
  }
  return question
}

function clearMessage(question) {
  const message = question.querySelector(`#e-${CSS.escape(question.id.slice(2))}`)
  if (!message) return
  message.remove()
  for (const control of [question, ...question.querySelectorAll('[aria-invalid]')]) {
    control.removeAttribute('aria-invalid')
    const rest = (control.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id && id !== message.id)
    if (rest.length) control.setAttribute('aria-describedby', rest.join(' '))
    else control.removeAttribute('aria-describedby')
  }
}

const marked = (question) =>
  question.matches('[role="radiogroup"]') ? [question] : question.querySelectorAll('input:not([name$=".state"]):not([name$=".stage"]):not([name$=".severity"]), textarea')

/** Take a question's message away as soon as it is touched. */
export function forgiveOnInput(form) {
  form.addEventListener('input', (event) => {
    const question = event.target.closest('[id^="q-"]')
    if (question) clearMessage(question)
  })
}

// Five digits and more (with the separators people type), or something@something.
const TELLING = /[\w.+-]+@[\w-]+\.\w+|(?:\+|\b)\d(?:[\d /.\-]{3,}\d)\b/

/** Warn beside a long text that seems to hold a number or an address; one press takes it out. */
export function watchTexts(form, words) {
  form.addEventListener('input', (event) => {
    if (event.target.matches('textarea:not([name$=".comment"])')) hintAt(event.target, words)
  })
}

function hintAt(text, words) {
  const id = `n-${text.name}`
  const known = document.getElementById(id)
  const found = TELLING.exec(text.value)?.[0]
  if (known?.dataset.found === (found ?? '')) return
  const hint = known ?? document.createElement('p')
  Object.assign(hint, { id, className: 'hint found', textContent: '' })
  hint.setAttribute('role', 'status')
  hint.dataset.found = found ?? ''
  if (!known) text.after(hint)
  if (!found) return
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'text', textContent: words.take_out })
  button.addEventListener('click', () => {
    text.value = text.value.replace(found, '').replaceAll('  ', ' ')
    text.dispatchEvent(new Event('input', { bubbles: true }))
    text.focus()
  })
  hint.append(words.found.replace('{text}', found), ' ', button)
}

/** The page is the same for everybody, so it carries UTC; people read their own clock. */
export function localTimes(local) {
  const shape = { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' }
  for (const time of document.querySelectorAll('time[datetime]')) time.textContent = new Date(time.dateTime).toLocaleString(local, shape)
}

/** The words that the page brought along in <template id="words">, by name. */
export function pageWords(root = document) {
  const words = {}
  for (const entry of root.querySelector('#words').content.querySelectorAll('[data-word]')) words[entry.dataset.word] = entry.textContent
  return words
}

/** A small key-value store on the device; where the browser refuses, everything stays in memory. */
export class DeviceStore {
  #name
  #memory = new Map()
  #database = null

  constructor(name) {
    this.#name = name
    this.kept = true
  }

  /** Keep everything in memory from now on. */
  forgetful() {
    this.kept = false
  }

  async get(key) {
    const kept = await this.#ask('readonly', (store) => store.get(key))
    return kept ?? this.#memory.get(key)
  }

  async all() {
    const kept = (await this.#ask('readonly', (store) => store.getAll())) ?? []
    return [...kept, ...this.#memory.values()]
  }

  async put(key, value) {
    const done = await this.#ask('readwrite', (store) => store.put(value, key))
    if (done === undefined) this.#memory.set(key, value)
    return done !== undefined
  }

  async remove(key) {
    this.#memory.delete(key)
    // Also in forgetful mode: what an earlier visit left must go.
    await this.#ask('readwrite', (store) => store.delete(key), true)
  }

  async #ask(mode, action, always = false) {
    if (!this.kept && !always) return undefined
    try {
      const database = await (this.#database ??= open(this.#name))
      return await asPromise(action(database.transaction('kept', mode, { durability: 'strict' }).objectStore('kept')), mode)
    } catch {
      // Private windows and full disks refuse; the page says so because `kept` is false now.
      if (mode === 'readwrite' && !always) this.kept = false
      return undefined
    }
  }
}

function open(name) {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore('kept')
  return asPromise(request, 'readonly')
}

function asPromise(request, mode) {
  return new Promise((resolve, reject) => {
    request.onerror = () => reject(request.error)
    if (mode === 'readonly') request.onsuccess = () => resolve(request.result)
    else {
      request.transaction.oncomplete = () => resolve(request.result ?? true)
      request.transaction.onabort = () => reject(request.transaction.error)
    }
  })
}

function base(name) {
  const at = name.lastIndexOf('.')
  return at > 0 && PARTS.has(name.slice(at + 1)) ? name.slice(0, at) : name
}
