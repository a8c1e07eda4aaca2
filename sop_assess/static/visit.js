/* A visit on a phone that may be offline: the draft and the photos stay on the device, the form leaves
   first, each photo apart, all of it exactly once. */

import { DeviceStore, fill, forgiveOnInput, read, showMessages } from './form.js'
import { Outbox } from './outbox.js'

const form = document.querySelector('#visit')
const status = document.querySelector('#saved')
const notice = document.querySelector('#outbox')
const key = form.getAttribute('action')
const drafts = new DeviceStore('sop-visit-drafts')
const outbox = new Outbox('sop-visits')
const LONG_EDGE = 1600
let photos = []
let timer = 0
let arrived = false // something of this visit, while this page was open
let refused = false

outbox.addEventListener('sent', async ({ detail }) => {
  arrived ||= detail.item.url.startsWith(key)
  if (detail.item.url === key) {
    clearTimeout(timer)
    await drafts.remove(key)
  }
  await tell()
})
outbox.addEventListener('refused', async ({ detail }) => {
  const { item, status: code, answer } = detail
  if (!item.url.startsWith(key)) return tell()
  refused = true
  const why = answer.sentence ?? answer.error ?? String(code)
  status.textContent = item.url === key ? why : form.dataset.refused.replace('{why}', why)
  if (answer.messages) showMessages(form, answer.messages)?.scrollIntoView()
  if (code === 409) form.elements.submission_id.value = crypto.randomUUID()
  await tell()
})
outbox.addEventListener('waiting', tell)

form.addEventListener('input', () => {
  clearTimeout(timer)
  timer = setTimeout(keep, 600)
})
form.elements.photos.addEventListener('change', async ({ target }) => {
  for (const file of target.files) photos.push({ id: crypto.randomUUID(), name: file.name, data: await smaller(file) })
  target.value = ''
  draw()
  await keep()
})
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  await send()
})
forgiveOnInput(form)
start()

async function start() {
  const draft = await drafts.get(key)
  if (draft && !document.querySelector('#errors')) {
    fill(form, draft.fields)
    if (draft.id) form.elements.submission_id.value = draft.id
    photos = draft.photos ?? []
    draw()
  }
  await outbox.retry()
  await tell()
}

async function keep() {
  const id = form.elements.submission_id.value
  await drafts.put(key, { fields: answers(), id, photos })
  const time = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  status.textContent = form.dataset.kept.replace('{time}', time)
}

function answers() {
  const fields = read(form)
  delete fields.submission_id
  delete fields.photos
  return fields
}

async function send() {
  await keep()
  refused = false
  const id = form.elements.submission_id.value
  const manifest = photos.map(({ id, name }) => ({ id, name }))
  const body = JSON.stringify({ id, fields: answers(), manifest })
  await outbox.add({ id: `form ${id}`, url: key, body, credentials: 'same-origin', then: photos.map((photo) => parcel(id, photo)) })
  await tell()
}

function parcel(id, photo) {
  const url = form.dataset.photos.replace('SUBMISSION', id).replace('PHOTO', photo.id)
  return { id: `photo ${photo.id}`, url, body: photo.data, credentials: 'same-origin', headers: { 'Content-Type': 'application/octet-stream', 'X-File-Name': encodeURIComponent(photo.name) } }
}

async function tell() {
  const waiting = await outbox.waiting()
  // A correction that somebody began meanwhile stays on the page.
  if (arrived && !refused && !waiting.length && !(await drafts.get(key))) return location.assign(form.dataset.sent)
  notice.hidden = waiting.length === 0
  const forms = waiting.filter((item) => item.id.startsWith('form '))
  const left = forms.reduce((sum, item) => sum + (item.then?.length ?? 0), waiting.length - forms.length)
  notice.firstElementChild.textContent = form.dataset.waiting.replace('{forms}', forms.length).replace('{photos}', left)
}

function draw() {
  const list = document.querySelector('#chosen')
  list.replaceChildren(
    ...photos.map(({ name, data }) => {
      const line = document.createElement('li')
      const [what, size] = [document.createElement('span'), document.createElement('span')]
      what.textContent = name
      size.textContent = `${(data.byteLength / 1e6).toFixed(1)} MB`
      line.append(what, size)
      return line
    }),
  )
}

/** The photo with its long edge at most 1,600 pixels; never larger than it came. */
async function smaller(file) {
  const original = await file.arrayBuffer()
  try {
    const picture = await createImageBitmap(file)
    const scale = Math.min(1, LONG_EDGE / Math.max(picture.width, picture.height))
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale))
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 })
    return blob.size < original.byteLength ? await blob.arrayBuffer() : original
  } catch {
    return original
  }
}
