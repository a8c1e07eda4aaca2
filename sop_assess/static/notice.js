/* A survey that is not open: people's own clock, what still waits on this device, and their receipt in the list. */

import { DeviceStore, localTimes, pageWords } from './form.js'
import { ShreddedStore } from './shredded.js'

const page = document.querySelector('[data-key]')
const { key } = page?.dataset ?? {}
const state = document.querySelector('#device')
// On plain HTTP there is neither sealing nor an anonymous round.
const plain = new DeviceStore('sop-survey')
const drafts = isSecureContext ? new ShreddedStore(plain) : plain

localTimes(document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang)
if (key) lookAtDevice()

async function lookAtDevice() {
  if (goToOwnLanguage()) return
  const draft = await drafts.get(key)
  if (!draft || draft.withdrawn) return
  if (draft.receipt) return tellReceipt(draft.receipt)
  if (draft.item) return sendLate()
  // Nobody can send it any more, and it holds what somebody thinks.
  await drafts.remove(key)
  tell('unsent')
}

function goToOwnLanguage() {
  if (!('choose' in page.dataset)) return false
  const offered = new Map([...document.querySelectorAll('.languages a')].map((a) => [a.lang, a]))
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => offered.has(tag))
  if (!wanted || wanted === document.documentElement.lang) return false
  location.replace(offered.get(wanted).href)
  return true
}

// The token withdraws nothing any more; the receipt stays, to be found in the list.
async function tellReceipt(receipt) {
  await keepReceipt({ id: key }, { receipt })
  await new DeviceStore('sop-outbox').remove(key)
  const listed = document.getElementById(`r-${receipt}`)
  listed?.setAttribute('aria-current', 'true')
  const list = document.querySelector('.receipts')
  tell(!list ? 'receipt' : listed ? 'listed' : 'missing', receipt)
}

const keepReceipt = async (item, { receipt }) => item.id === key && drafts.put(key, { key, receipt }, true)

// What was sent without network is taken for another day.
async function sendLate() {
  const { Outbox } = await import('./outbox.js')
  const outbox = new Outbox('sop-outbox', keepReceipt)
  outbox.addEventListener('sent', ({ detail }) => detail.item.id === key && tellReceipt(detail.receipt.receipt))
  outbox.addEventListener('refused', async ({ detail }) => {
    if (detail.item.id !== key) return
    await drafts.remove(key)
    tell('late', detail.answer.sentence ?? detail.answer.error)
  })
  outbox.addEventListener('waiting', () => tell('waiting'))
  if ((await outbox.waiting()).some((item) => item.id === key)) return outbox.retry()
  await drafts.remove(key)
  tell('unsent')
}

function tell(word, value = '') {
  state.hidden = false
  state.querySelector('p').textContent = pageWords()[word].replace('{value}', value)
}
