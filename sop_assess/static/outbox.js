/* What has to reach the server exactly once: kept on the device as the very bytes that are sent, tried again
   until a JSON receipt comes back. Anything else, such as the log-in page of a hotel network, is no receipt. */

import { DeviceStore } from './form.js'

const LONGEST_PAUSE = 5 * 60 * 1000
const FIRST_PAUSE = 2000
// Answers that trying again cannot change.
const FINAL = new Set([400, 403, 404, 409, 410, 413, 422])

/** Item: {id, url, body, hash?, receipt?, credentials?, then?: items for afterwards}. Events: "sent" (item, receipt), "refused" (item, status, answer), "waiting" (item, why). */
export class Outbox extends EventTarget {
  #store
  #settle
  #timer = 0
  #pause = FIRST_PAUSE
  #running = null
  #again = false

  /** `settle` (item, receipt) is waited for before an item is forgotten: it keeps what the receipt is needed for. */
  constructor(name, settle = async () => {}) {
    super()
    this.#store = new DeviceStore(name)
    this.#settle = settle
    addEventListener('online', () => this.retry())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.retry())
  }

  /** Whether items outlive the page. */
  get kept() {
    return this.#store.kept
  }

  /** Keep items in memory only. */
  forgetful() {
    this.#store.forgetful()
  }

  /** Keep an item and try to send it. */
  async add(item) {
    await this.keep(item)
    return this.retry()
  }

  /** Keep an item for the next try. One with the same id stays as it is: its bytes may have arrived. */
  async keep(item) {
    if (!(await this.#store.get(item.id))) await this.#store.put(item.id, item)
  }

  /** Items that are not sent yet. */
  waiting() {
    return this.#store.all()
  }

  async remove(id) {
    await this.#store.remove(id)
  }

  /** Try everything now. */
  retry() {
    clearTimeout(this.#timer)
    this.#again = true
    return (this.#running ??= this.#rounds())
  }

  // An item that came while others were being sent is in nobody's list yet.
  async #rounds() {
    try {
      while (this.#again) {
        this.#again = false
        await this.#round()
      }
    } finally {
      this.#running = null
    }
  }

  async #round() {
    const items = await this.#store.all()
    let left = 0
    for (const item of items) left += (await this.#send(item)) ? 0 : 1
    if (!left) return
    this.#timer = setTimeout(() => this.retry(), this.#pause * (0.75 + Math.random() / 2))
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE)
  }

  async #send(item) {
    let response, answer
    try {
      response = await fetch(item.url, {
        method: 'POST',
        body: item.body,
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'Accept-Language': document.documentElement.lang, ...item.headers },
        credentials: item.credentials ?? 'omit',
        cache: 'no-store',
        redirect: 'error',
      })
      answer = (response.headers.get('Content-Type') ?? '').startsWith('application/json') ? await response.json() : null
    } catch {
      return this.#tell('waiting', { item, why: 'network' })
    }
    if (isReceipt(response, answer, item)) {
      // Before the item goes: a page closed here sends it again, and gets the same receipt.
      await this.#settle(item, answer)
      for (const next of item.then ?? []) await this.keep(next)
      await this.#store.remove(item.id)
      this.#again ||= Boolean(item.then?.length)
      this.#pause = FIRST_PAUSE
      return !this.#tell('sent', { item, receipt: answer })
    }
    if (answer && FINAL.has(response.status)) {
      await this.#store.remove(item.id)
      return !this.#tell('refused', { item, status: response.status, answer })
    }
    return this.#tell('waiting', { item, why: answer ? 'busy' : 'network' })
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
    return false
  }
}

function isReceipt(response, answer, item) {
  const accepted = response.status === 200 || response.status === 201
  const given = typeof answer?.receipt === 'string' && answer.receipt !== ''
  return accepted && given && (!item.hash || answer.hash === item.hash) && (!item.receipt || answer.receipt === item.receipt)
}

/** SHA-256 in hex, or nothing where the browser refuses (plain HTTP). */
export async function contentHash(text) {
  if (!globalThis.crypto?.subtle) return ''
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
