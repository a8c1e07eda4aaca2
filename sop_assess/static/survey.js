/* The employee's survey: one section per page, the draft on this device only, sent exactly once. */

import { answered, check, codes, DeviceStore, fill, forgiveOnInput, pageWords, read, showMessages, watchTexts } from './form.js'

const start = document.querySelector('main[data-key]')
const { key, version, language, minutes } = start?.dataset ?? {}
const drafts = new DeviceStore('sop-survey')
const words = start && pageWords()
const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, part) => values[part] ?? '')
const $ = (selector, root = document) => root.querySelector(selector)
const local = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang
const clock = (at) => new Date(at).toLocaleTimeString(local, { hour: '2-digit', minute: '2-digit' })

let draft = null // {key, version, credential, name, invited, fields, page, at}
let form, pages, outbox
let page = 0
let returning = false // a section opened from the review leads back to it
let sending = false

localTimes()
if (start) open()

async function open() {
  if (goToOwnLanguage()) return
  const card = readFragment()
  for (const part of document.querySelectorAll('.with-script')) part.hidden = false
  $('#start').addEventListener('submit', begin)
  draft = (await drafts.get(key)) ?? null
  if (draft?.receipt) return resumeWith(showReceipt)
  if (draft && String(draft.version) !== version) draft = null
  if (draft) offerDraft()
  if (card.code) showCard(card)
}

// A link without a language opens in the language of the browser, if the survey has it.
function goToOwnLanguage() {
  if (!('choose' in start.dataset)) return false
  const offered = new Map([...document.querySelectorAll('.languages a')].map((a) => [a.lang, a]))
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => offered.has(tag))
  if (!wanted || wanted === language) return false
  location.replace(offered.get(wanted).pathname + location.hash)
  return true
}

// The code never travels in a request line and does not stay in the history.
function readFragment() {
  const given = new URLSearchParams(location.hash.slice(1))
  if (location.hash) history.replaceState(null, '', location.pathname + location.search)
  return { code: given.get('c') ?? '', unit: given.get('u') }
}

function showCard({ code, unit }) {
  const field = $('#code')
  if (!field) return
  field.value = code
  const speaks = $('#units').content.children[Number(unit) - 1]
  if (speaks) Object.assign($('#for-unit'), { hidden: false, textContent: say('unit', { count: speaks.dataset.count, unit: speaks.textContent }) })
  for (const link of document.querySelectorAll('.languages a')) link.hash = `c=${code}`
}

function offerDraft() {
  const box = $('#resume')
  box.hidden = false
  $('[data-saved]', box).textContent = say('resume', { time: clock(draft.at) })
  $('#continue').addEventListener('click', () => resumeWith(draft.item ? showQueued : () => goTo(draft.page)))
  $('#discard').addEventListener('click', async () => {
    await drafts.remove(key)
    draft = null
    box.hidden = true
    $('#start button').focus()
  })
  if (draft.item) resumeWith(showQueued)
}

async function begin(event) {
  event.preventDefault()
  const given = new FormData($('#start'))
  if ($('#shared').checked) drafts.forgetful()
  const ticket = await askForTicket({ code: given.get('code') ?? undefined, unit: given.get('unit') || undefined })
  if (!ticket) return
  draft = { key, version, credential: ticket.credential, name: ticket.name, invited: ticket.invited, fields: {}, page: 0, at: Date.now() }
  await drafts.put(key, draft)
  resumeWith(() => goTo(0))
}

async function askForTicket(body) {
  let response, answer
  try {
    response = await fetch(`/s/${key}/start`, { method: 'POST', credentials: 'omit', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(body) })
    answer = await response.json()
  } catch {
    return startProblem(say('start_failed'))
  }
  return response.ok && answer.credential ? answer : startProblem(answer.sentence ?? say('start_failed'))
}

function startProblem(sentence) {
  const field = $('#code')
  const message = $(field ? '#code-e' : '#start-e')
  message.textContent = sentence
  message.hidden = false
  if (field) {
    field.setAttribute('aria-invalid', 'true')
    field.focus()
  }
  return null
}

/* ---- filling in ---- */

async function resumeWith(show) {
  const { Outbox, contentHash } = await import('./outbox.js')
  outbox ??= Object.assign(new Outbox('sop-outbox'), { contentHash })
  if (!drafts.kept) outbox.forgetful()
  outbox.addEventListener('sent', ({ detail }) => onSent(detail))
  outbox.addEventListener('refused', ({ detail }) => onRefused(detail))
  outbox.addEventListener('waiting', ({ detail }) => waitingWords(detail.why))
  if (!form) buildPages()
  show()
}

function buildPages() {
  start.replaceWith($('#survey').content)
  form = $('#answers')
  pages = [...form.querySelectorAll('.section'), $('#review')]
  fill(form, draft.fields ?? {})
  forgiveOnInput(form)
  watchTexts(form, words)
  form.addEventListener('input', keep)
  form.addEventListener('submit', (event) => event.preventDefault())
  $('#next').addEventListener('click', forward)
  $('#back').addEventListener('click', () => history.back())
  $('#retry').addEventListener('click', () => outbox.retry())
  $('#copy').addEventListener('click', copyReceipt)
  $('#print').addEventListener('click', () => print())
  for (const button of document.querySelectorAll('[data-clear]')) button.addEventListener('click', clearDevice)
  addEventListener('popstate', (event) => !sending && event.state && show(event.state.page, event.state.returning))
  addEventListener('beforeunload', (event) => !drafts.kept && draft && !draft.receipt && event.preventDefault())
  addEventListener('online', networkWords)
  addEventListener('offline', networkWords)
  if (draft.name) {
    $('#speaks-for').textContent = say('unit', { count: draft.invited, unit: draft.name })
    $('#speaks-for').hidden = false
  }
}

// Earlier pages get entries of their own, so that the device's Back key leads to them.
function goTo(number) {
  history.replaceState({ page: 0 }, '')
  for (let n = 1; n <= number; n++) history.pushState({ page: n }, '')
  show(number)
}

function forward() {
  const section = pages[page]
  if (section.id === 'review') return send()
  if (!skipped(section)) {
    const first = showMessages(section, check(section, draft.fields, words))
    if (first) return focusOn(first)
  }
  visit(returning ? pages.length - 1 : page + 1)
}

function visit(number, back = false) {
  history.pushState({ page: number, returning: back }, '')
  show(number, back)
}

function show(number, back = false) {
  page = number
  returning = back
  draft.page = number
  for (const [n, part] of pages.entries()) part.hidden = n !== page
  for (const id of ['waiting', 'refused', 'sent']) $(`#${id}`).hidden = true
  $('#speaks-for').hidden = !draft.name || page > 0
  const reviewing = page === pages.length - 1
  if (reviewing) drawReview()
  drawProgress(reviewing)
  drawBar(reviewing)
  keep()
  toTop(pages[page])
}

function drawProgress(reviewing) {
  const count = pages.length - 1
  $('.rail').hidden = false
  $('[data-out="step"]').textContent = reviewing ? '' : say('step', { n: page + 1, of: count })
  const rest = pages.slice(page, count)
  const share = rest.flatMap((part) => codes(part)).length / codes(form).length
  const left = Math.max(1, Math.round(share * minutes))
  $('[data-out="left"]').textContent = reviewing ? '' : left === 1 ? say('left_one') : say('left', { n: left })
  for (const [n, step] of [...document.querySelectorAll('.steps li')].entries()) {
    step.classList.toggle('done', n < page)
    if (n === page) step.setAttribute('aria-current', 'step')
    else step.removeAttribute('aria-current')
  }
}

function drawBar(reviewing) {
  $('.bar').hidden = false
  $('#back').hidden = page === 0
  const title = reviewing ? '' : pages[page + 1].querySelector('h1').textContent
  const last = returning || page + 1 === pages.length - 1
  $('#next').textContent = reviewing ? say(navigator.onLine ? 'send' : 'send_later') : last ? say('review') : say('next', { title })
  networkWords()
}

const skipped = (section) => section.id !== 'review' && Boolean($(`[name="skip.${section.id.slice(2)}"]`, section)?.checked)

let saving = 0
function keep() {
  draft.fields = read(form)
  clearTimeout(saving)
  saving = setTimeout(save, 300)
}

async function save() {
  if (sending || !draft) return
  draft.at = Date.now()
  await drafts.put(key, draft)
  const state = drafts.kept ? say('saved', { time: clock(draft.at) }) : say('memory')
  if (!sending) $('#status').textContent = page === pages.length - 1 ? `${say('not_sent')}. ${state}` : state
}

/* ---- review ---- */

function drawReview() {
  const list = $('#overview')
  list.replaceChildren(...pages.slice(0, -1).map(overviewOf))
  const texts = [...form.querySelectorAll('textarea:not([name$=".comment"])')].filter((text) => text.value.trim() && !skipped(text.closest('.section')))
  $('#texts').hidden = texts.length === 0
  $('#texts dl').replaceChildren(...texts.map(textOf))
}

function overviewOf(section, number) {
  const title = section.querySelector('h1').textContent
  const all = codes(section)
  const given = all.filter((code) => answered(draft.fields, code)).length
  const own = section.querySelectorAll('textarea').length && [...section.querySelectorAll('textarea')].filter((text) => text.value.trim()).length
  const count = say('answered', { n: given, of: all.length }) + (own ? `, ${say('comments', { n: own })}` : '')
  const item = element('li', element('div', element('b', title), element('span', skipped(section) ? say('skipped') : count)))
  const change = Object.assign(element('button', say('change'), element('span', ` ${title}`)), { type: 'button' })
  change.lastChild.className = 'vh'
  change.addEventListener('click', () => visit(number, true))
  item.append(change)
  return item
}

function textOf(text) {
  const part = (name) => form.querySelector(`[name="${CSS.escape(`${text.name}.${name}`)}"]:checked + span`)?.textContent
  const about = [part('stage'), part('severity')].filter(Boolean).join(' · ')
  const title = about || form.querySelector(`label[for="${CSS.escape(text.id)}"]`).firstChild.textContent
  return element('div', element('dt', title), element('dd', element('p', text.value)))
}

function networkWords() {
  if ($('#offline')) $('#offline').hidden = navigator.onLine
  if (page === pages.length - 1 && !sending) $('#next').textContent = say(navigator.onLine ? 'send' : 'send_later')
}

/* ---- sending ---- */

async function send() {
  const messages = check(form, draft.fields, words)
  for (const section of pages.slice(0, -1)) if (skipped(section)) for (const code of codes(section)) delete messages[code]
  if (Object.keys(messages).length) return jumpTo(messages)
  if (!codes(form).some((code) => answered(draft.fields, code)) && !pages.some(skipped)) return ($('#status').textContent = say('empty'))
  sending = true
  clearTimeout(saving)
  const content = JSON.stringify({ version: Number(version), language, fields: draft.fields })
  const hash = await outbox.contentHash(content)
  const item = { id: key, url: `/s/${key}/submit`, hash, body: JSON.stringify({ credential: draft.credential, content, hash }) }
  draft.item = true
  await drafts.put(key, draft)
  showOnly('waiting')
  await outbox.add(item)
}

async function showQueued() {
  sending = true
  showOnly('waiting')
  const queued = (await outbox.waiting()).some((item) => item.id === key)
  if (queued) return outbox.retry()
  // The page closed between two steps: the draft is whole, nothing left this device.
  sending = false
  draft.item = false
  goTo(pages.length - 1)
}

function waitingWords(why) {
  const out = $('[data-out="waiting"]')
  if (out) out.textContent = say(why === 'busy' ? 'busy' : 'no_network')
}

async function onSent({ item, receipt }) {
  if (item.id !== key) return
  draft = { key, receipt: receipt.receipt }
  await drafts.put(key, draft)
  showReceipt()
}

function showReceipt() {
  sending = true
  form.reset()
  showOnly('sent')
  $('[data-out="receipt"]').textContent = draft.receipt
  $('#kept').hidden = !drafts.kept
}

async function onRefused({ item, status, answer }) {
  if (item.id !== key) return
  sending = false
  draft.item = false
  await drafts.put(key, draft)
  if (status === 422 && answer.messages) return jumpTo(answer.messages)
  sending = true
  showOnly('refused')
  $('[data-out="refused"]').textContent = answer.sentence ?? answer.error
}

function jumpTo(messages) {
  const first = showMessages(form, messages)
  visit(first ? pages.indexOf(first.closest('.section')) : 0, true)
  if (first) focusOn(first)
}

function showOnly(id) {
  for (const part of [...pages, ...['waiting', 'refused', 'sent'].map((name) => $(`#${name}`))]) part.hidden = part.id !== id
  $('.rail').hidden = true
  $('.bar').hidden = true
  $('#speaks-for').hidden = true
  for (const part of document.querySelectorAll('[data-kept]')) part.hidden = !drafts.kept
  for (const part of document.querySelectorAll('[data-not-kept]')) part.hidden = drafts.kept
  toTop($(`#${id}`))
}

async function copyReceipt(event) {
  await navigator.clipboard.writeText($('[data-out="receipt"]').textContent)
  event.target.textContent = say('copied')
}

async function clearDevice() {
  await drafts.remove(key)
  await outbox.remove(key)
  location.reload()
}

/* ---- small things ---- */

function toTop(part) {
  scrollTo(0, 0)
  $('h1', part)?.focus({ preventScroll: true })
  const title = $('h1', part)?.textContent
  if (title) document.title = title
}

function focusOn(question) {
  question.scrollIntoView({ block: 'center' })
  question.querySelector('input, textarea, select')?.focus({ preventScroll: true })
}

function element(tag, ...parts) {
  const made = document.createElement(tag)
  made.append(...parts)
  return made
}

// The page is the same for everybody, so it carries UTC; people read their own clock.
function localTimes() {
  const shape = { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' }
  for (const time of document.querySelectorAll('time[datetime]')) time.textContent = new Date(time.dateTime).toLocaleString(local, shape)
}
