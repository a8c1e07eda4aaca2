/* The trustee's page. The key is made, tried and used on this device; only its public half, the opened test and the
   opened, shuffled answers are sent. */

import { associated, toBytes } from './ballot.js'
import { makeKeyFile, openAll, openKeyFile, unseal } from './trustee.js'

const place = document.querySelector('#trustee')
const form = document.querySelector('#key-form')
const $ = (id) => document.querySelector(id)
const plain = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

if (form) form.addEventListener('submit', act)

async function act(event) {
  event.preventDefault()
  const button = form.querySelector('button')
  button.disabled = true
  $('#problem').hidden = true
  say(place.dataset.working)
  try {
    await { make, test, open: openBallots }[place.dataset.step]()
  } catch (error) {
    say('')
    complain(error.message)
  } finally {
    button.disabled = false
  }
}

async function make() {
  const passphrase = $('#passphrase').value
  if (passphrase !== $('#again').value) throw new Error('passphrase-short')
  const file = await makeKeyFile(passphrase, $('#name').value).catch(() => Promise.reject(new Error('passphrase-short')))
  save(file)
  await post('/key', { name: file.name, spki: file.spki })
  location.href = place.dataset.base
}

async function test() {
  const key = await chosenKey()
  const text = await unseal(key, toBytes(place.dataset.test), associated('test', 'test')).catch(() => Promise.reject(new Error('foreign')))
  await post('/test', { text: new TextDecoder().decode(text) })
  location.href = place.dataset.base
}

async function openBallots() {
  const key = await chosenKey()
  const response = await fetch(`${place.dataset.base}/ballots`)
  if (!response.ok) throw new Error('failed')
  const { ballots } = await response.json()
  const contents = []
  let done = 0
  for (const [unit, own] of grouped(ballots)) {
    const opened = await openAll(key, place.dataset.round, own)
    contents.push(...opened.contents.map((content) => ({ unit, content: plain(content) })))
    done += own.length
    say(place.dataset.opening.replace('{n}', done).replace('{of}', ballots.length))
  }
  if (ballots.length && !contents.length) throw new Error('foreign')
  location.href = (await post('/opened', { contents })).next
}

function grouped(ballots) {
  const units = new Map()
  for (const { unit, nullifier, box } of ballots) {
    if (!units.has(unit)) units.set(unit, [])
    units.get(unit).push({ nullifier, box: toBytes(box) })
  }
  return units
}

async function chosenKey() {
  let file
  try {
    file = JSON.parse(await $('#file').files[0].text())
  } catch {
    throw new Error('file')
  }
  if (place.dataset.spki && file?.spki !== place.dataset.spki) throw new Error('foreign')
  return openKeyFile(file, $('#passphrase').value)
}

async function post(path, body) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': form.elements.csrf_token.value }
  const response = await fetch(place.dataset.base + path, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => null)
  const answer = await response?.json().catch(() => null)
  if (!response?.ok) throw new Error(answer?.sentence ?? answer?.error ?? 'failed')
  return answer
}

function save(file) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: 'application/json' }))
  link.download = `trustee-key-${place.dataset.round}.json`
  link.click()
}

function say(sentence) {
  $('#said').textContent = sentence
}

function complain(what) {
  const words = { file: 'wrongFile', passphrase: 'wrongPassphrase', 'passphrase-short': 'short', foreign: 'foreign', failed: 'failed' }
  $('#problem').hidden = false
  $('#problem p').textContent = place.dataset[words[what]] ?? what
}
