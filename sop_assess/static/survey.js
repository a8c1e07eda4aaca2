/* The employee's survey: one section per page, the draft on this device only, sent exactly once. */

import { answered, check, codes, DeviceStore, fill, forgiveOnInput, localTimes, pageWords, read, showMessages, watchTexts } from './form.js'

const start = document.querySelector('main[data-key]')
const { key, version, language, minutes } = start?.dataset ?? {}
const anonymous = Boolean(start?.dataset.label)
let drafts = new DeviceStore('sop-survey')
const words = start && pageWords()
const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, part) => values[part] ?? '')
const $ = (selector, root = document) => root.querySelector(selector)
const local = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang
const clock = (at) => new Date(at).toLocaleTimeString(local, { hour: '2-digit', minute: '2-digit' })

// {key, version, name, invited, fields, page, at} with a credential, or with {token, box, fragment} in an anonymous
// round, {asked, fragment} before its ballot has come; then {key, receipt, token} or {key, withdrawn}.
let draft = null
let form, pages, outbox
let page = 0
let returning = false // a section opened from the review leads back to it
let sending = false
let ballot = null // the program of an anonymous round
let rules = null // its checked manifest, or a promise of it
let card = {} // what the link brought along

localTimes(local)
if (start) open()

async function open() {
  if (goToOwnLanguage()) return
  card = readFragment()
  if (anonymous) return openAnonymous()
  for (const part of document.querySelectorAll('.with-script')) part.hidden = false
  $('#start').addEventListener('submit', begin)
  draft = (await drafts.get(key)) ?? null
  if (draft?.receipt) return resumeWith(showReceipt)
  if (draft && String(draft.version) !== version) draft = null
  if (draft) offerDraft()
  if (card.code) showCard()
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
  // A terminal keeps its own mark: it says nothing about anybody, and starting over needs it.
  const kiosk = given.has('k')
  if (location.hash) history.replaceState(null, '', location.pathname + location.search + (kiosk ? '#k' : ''))
  return { code: given.get('c') ?? '', unit: given.get('u'), fragment: given.get('m') ?? '', kiosk }
}

function showCard() {
  const { code, unit } = card
  const field = $('#code')
  if (!field) return
  field.value = code
  const speaks = $('#units').content.children[Number(unit) - 1]
  if (speaks) Object.assign($('#for-unit'), { hidden: false, textContent: say('unit', { count: speaks.dataset.count, unit: speaks.textContent }) })
  keepInLanguages({ c: code, u: unit })
}

function keepInLanguages(parts) {
  const kept = new URLSearchParams(Object.entries(parts).filter(([, value]) => value))
  for (const link of document.querySelectorAll('.languages a')) link.hash = String(kept)
}

function offerDraft() {
  const box = $('#resume')
  box.hidden = false
  $('[data-saved]', box).textContent = draft.asked ? say('asked') : say('resume', { time: clock(draft.at) })
  $('#continue').addEventListener('click', () => (draft.asked ? collectBallot() : resumeWith(draft.item ? showQueued : () => goTo(draft.page))))
  $('#discard').addEventListener('click', async () => {
    await drafts.remove(key)
    draft = null
    box.hidden = true
    if (ballot) $('#start').hidden = false
    $('#start button').focus()
  })
  if (draft.item) resumeWith(showQueued)
}

/* ---- an anonymous round: rules first, then a ballot ---- */

async function openAnonymous() {
  $('#no-script').hidden = true
  const lacking = !isSecureContext ? 'tls' : !crypto.subtle || typeof BigInt === 'undefined' ? 'seal' : ''
  if (lacking) return refuse(say(`no_${lacking}`), say(`way_${lacking}`))
  $('#words-block').hidden = false
  $('#check-again').addEventListener('click', enter)
  $('#start').addEventListener('submit', beginAnonymous)
  await enter()
}

async function loadProgram() {
  if (ballot) return
  ballot = await import('./anonymous.js')
  drafts = new ballot.ShreddedStore(drafts)
  if (card.kiosk) drafts.forgetful()
  draft = (await drafts.get(key)) ?? null
  if (draft?.withdrawn && card.code) draft = null
  if (draft?.version && String(draft.version) !== version) draft = null
  if (draft?.asked && !card.code) Object.assign(card, { code: draft.asked.code, unit: draft.asked.unit })
}

// Nothing is offered, shown or sent before the rules are the promised ones.
async function enter() {
  $('#refusal').hidden = true
  try {
    await loadProgram()
    if (draft?.receipt) return resumeWith(showReceipt)
    if (draft?.withdrawn) return resumeWith(() => showOnly('withdrawn'))
    rules = await ballot.rulesOf(start.dataset, [card.fragment, draft?.fragment])
  } catch (error) {
    const reason = ballot?.reasonOf(error)
    if (!reason && ballot && draft?.token) return offerDraft()
    return reason ? refuse(say(`refused_${reason}`), say('way_refused')) : refuse(say('not_loaded'), say('way_network'), true)
  }
  showEntrance()
  if (draft) offerDraft()
}

function showEntrance() {
  for (const part of document.querySelectorAll('.with-script')) part.hidden = false
  $('#eight').replaceChildren(...rules.words.map((word) => element('li', word)))
  $('#eight').removeAttribute('aria-busy')
  $('#start').hidden = Boolean(draft)
  $('#is-shared').hidden = card.kiosk
  if (card.kiosk) $('#draft-stays').hidden = true
  $('#kiosk').hidden = !card.kiosk
  $('#typed-code').hidden = $('#code').disabled = Boolean(card.code)
  const { units } = rules.manifest
  const known = units.find((unit) => unit.number === (units.length === 1 ? units[0].number : Number(card.unit)))
  $('#choose-unit').hidden = $('#choose-unit').disabled = Boolean(known)
  if (known) speakFor(known)
  $('#choose-unit').addEventListener('change', (event) => speakFor(units.find((unit) => unit.number === Number(event.target.value))))
  if (card.code || card.fragment || card.kiosk) keepInLanguages({ c: card.code, u: card.unit, m: card.fragment, k: card.kiosk && 1 })
}

function speakFor(unit) {
  card.unit = unit.number
  Object.assign($('#for-unit'), { hidden: false, textContent: say('unit', { count: unit.invited, unit: unit.name }) })
}

function refuse(sentence, way, again = false) {
  for (const id of ['#start', '#words-block', '#resume']) $(id).hidden = true
  $('#refusal').hidden = false
  $('#check-again').hidden = !again
  $('[data-out="refusal"]').textContent = sentence
  $('[data-out="way-on"]').textContent = way
  $('#refusal').scrollIntoView({ block: 'center' })
}

async function beginAnonymous(event) {
  event.preventDefault()
  if ($('#shared').checked) await keepNothing()
  const [code, unit] = [ballot.spelled(card.code || $('#code').value), Number(card.unit)]
  $('#start-e').hidden = $('#code-e').hidden = true
  const button = $('#start .primary')
  button.disabled = true
  try {
    const again = draft?.asked?.code === code && draft.asked.unit === unit
    if (!again) draft = { key, version, fragment: rules.fragment, asked: await ballot.asking(rules, code, unit), at: Date.now() }
    await collectBallot()
  } catch (error) {
    refuse(say(`refused_${ballot.reasonOf(error) ?? 'key'}`), say('way_refused'))
  }
  button.disabled = false
}

async function keepNothing() {
  card.shared = true
  await drafts.remove(key)
  drafts.forgetful()
}

// What is asked for lies on the device before the network is: a lost answer is the same ballot asked for again.
async function collectBallot() {
  await drafts.put(key, draft)
  let found
  try {
    found = await ballot.collect(rules, draft.asked)
  } catch (error) {
    const reason = ballot.reasonOf(error)
    return reason ? refuse(say(`refused_${reason}`), say('way_refused')) : notStarted(say('start_failed'))
  }
  if (!found.token) return notCollected(found)
  const unit = rules.manifest.units.find((one) => one.number === found.token.unit)
  draft = { key, version, token: found.token, box: rules.manifest.box_key, fragment: rules.fragment, name: unit.name, invited: unit.invited, fields: {}, page: 0, at: Date.now() }
  card.code = ''
  await drafts.put(key, draft, true)
  resumeWith(() => goTo(0))
}

async function notCollected({ status, sentence, unit }) {
  // Another answer is possible later; anything else was final, and a new start asks anew.
  if (status === 429 || status >= 500) return notStarted(sentence ?? say('start_failed'))
  await drafts.remove(key)
  draft = null
  if (unit) $('#choose-unit').hidden = $('#choose-unit').disabled = false
  if (status === 422) $('#typed-code').hidden = $('#code').disabled = false
  if (status === 422) card.code = ''
  notStarted(unit ? say('other_unit', { unit }) : sentence, status === 422)
}

function notStarted(sentence, typed = false) {
  $('#resume').hidden = true
  $('#start').hidden = false
  startProblem(sentence, typed)
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
    response = await fetch(`/s/${key}/start`, { method: 'POST', credentials: 'omit', headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'Accept-Language': language }, body: JSON.stringify(body) })
    answer = await response.json()
  } catch {
    return startProblem(say('start_failed'))
  }
  return response.ok && answer.credential ? answer : startProblem(answer.sentence ?? say('start_failed'))
}

function startProblem(sentence, typed = true) {
  const field = typed ? $('#code') : null
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
  outbox ??= Object.assign(new Outbox('sop-outbox', keepReceipt), { contentHash })
  if (!drafts.kept) outbox.forgetful()
  if (pages) return show()
  outbox.addEventListener('sent', ({ detail }) => onSent(detail))
  outbox.addEventListener('refused', ({ detail }) => onRefused(detail))
  outbox.addEventListener('waiting', ({ detail }) => waitingWords(detail.why))
  buildPages()
  show()
}

function buildPages() {
  start.replaceWith($('#survey').content)
  localTimes(local)
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
  addEventListener('beforeunload', (event) => !drafts.kept && draft && !draft.receipt && !draft.withdrawn && event.preventDefault())
  addEventListener('online', networkWords)
  addEventListener('offline', networkWords)
  if (ballot) listenAfterSending()
  if (draft.name) $('#speaks-for').textContent = say('unit', { count: draft.invited, unit: draft.name })
  if (ballot && !drafts.kept && !card.kiosk && !card.shared) $('#speaks-for').textContent += ` ${say('not_kept')}`
  showWhatIsKept()
}

function showWhatIsKept() {
  const kept = drafts.kept && outbox.kept
  for (const part of document.querySelectorAll('[data-kept]')) part.hidden = !kept
  for (const part of document.querySelectorAll('[data-not-kept]')) part.hidden = kept
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
  for (const part of states()) part.hidden = true
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
  if (sending) return // a second press would seal other bytes for the same ballot
  const messages = check(form, draft.fields, words)
  for (const section of pages.slice(0, -1)) if (skipped(section)) for (const code of codes(section)) delete messages[code]
  if (Object.keys(messages).length) return jumpTo(messages)
  if (!codes(form).some((code) => answered(draft.fields, code)) && !pages.some(skipped)) return ($('#status').textContent = say('empty'))
  sending = true
  clearTimeout(saving)
  const item = await itemOf(JSON.stringify({ version: Number(version), language, fields: draft.fields }))
  if (!item) return ($('#status').textContent = say('too_long'))
  draft.item = true
  await drafts.put(key, draft)
  await outbox.keep(item)
  // Only now may the page be closed without losing anything.
  showOnly('waiting')
  await outbox.retry()
}

async function itemOf(content) {
  if (anonymous) return ballot.sealed(draft, content).catch(() => (sending = false))
  const hash = await outbox.contentHash(content)
  return { id: key, url: `/s/${key}/submit`, hash, body: JSON.stringify({ credential: draft.credential, content, hash }) }
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
  showWhatIsKept()
}

async function keepReceipt(item, { receipt }) {
  if (item.id !== key) return
  // The token can still withdraw; it stays on the person's own device only.
  draft = { key, receipt, ...(ballot && drafts.kept && { token: draft.token, fragment: draft.fragment }) }
  await drafts.put(key, draft, true)
}

function onSent({ item }) {
  if (item.id === key) showReceipt()
}

function showReceipt() {
  sending = true
  outbox.remove(key) // still there when the page was closed right after the receipt
  form.reset()
  showOnly('sent')
  $('[data-out="receipt"]').textContent = draft.receipt
  $('#kept').hidden = !drafts.kept
  if (!ballot) return
  $('#take-back').hidden = !draft.token || !drafts.kept
  $('[data-out="address"]').textContent = location.host + location.pathname
  if (card.kiosk) startOverSoon()
}

/* ---- after sending, in an anonymous round ---- */

function listenAfterSending() {
  $('#withdraw').addEventListener('click', () => askWhetherSure(true))
  $('#withdraw-not').addEventListener('click', () => askWhetherSure(false))
  $('#withdraw-now').addEventListener('click', withdraw)
  $('#withdraw-first').addEventListener('click', withdraw)
}

function askWhetherSure(asking) {
  $('#sure').hidden = !asking
  $('#withdraw').hidden = asking
  $(asking ? '#withdraw-not' : '#withdraw').focus()
}

async function withdraw() {
  for (const out of document.querySelectorAll('[data-out="not-withdrawn"]')) out.hidden = true
  let result
  try {
    result = await ballot.takeBack(key, draft.token)
  } catch {
    result = { sentence: `${say('no_network')} ${say('again')}` }
  }
  if (!result.done) return notWithdrawn(result)
  draft = { key, withdrawn: true }
  await drafts.put(key, draft, true)
  sending = true
  form.reset()
  showOnly('withdrawn')
}

async function notWithdrawn({ sentence, final }) {
  for (const out of document.querySelectorAll('[data-out="not-withdrawn"]')) Object.assign(out, { hidden: false, textContent: sentence })
  askWhetherSure(false)
  if (!final) return
  $('#withdraw').hidden = $('#withdraw-first').hidden = true
  delete draft.token
  await drafts.put(key, draft, true)
}

function startOverSoon() {
  const pause = 30
  const timer = setTimeout(() => location.reload(), pause * 1000)
  $('#over-again').hidden = false
  $('[data-out="over"]').textContent = say('over', { n: pause })
  $('#over-now').addEventListener('click', () => location.reload())
  $('#over-wait').addEventListener('click', () => {
    clearTimeout(timer)
    $('[data-out="over"]').hidden = $('#over-wait').hidden = true
  })
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
  if (!ballot) return
  const conflict = status === 409
  for (const why of document.querySelectorAll('#refused [data-why]')) why.hidden = (why.dataset.why === 'conflict') !== conflict
  $('#withdraw-first').hidden = !conflict
}

function jumpTo(messages) {
  const first = showMessages(form, messages)
  visit(first ? pages.indexOf(first.closest('.section')) : 0, true)
  if (first) focusOn(first)
}

function showOnly(id) {
  for (const part of [...pages, ...states()]) part.hidden = part.id !== id
  $('.rail').hidden = true
  $('.bar').hidden = true
  $('#speaks-for').hidden = true
  showWhatIsKept()
  toTop($(`#${id}`))
}

const states = () => ['waiting', 'refused', 'sent', 'withdrawn'].map((name) => $(`#${name}`)).filter(Boolean)

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
