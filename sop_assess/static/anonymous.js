/* An anonymous round on the person's own device: its rules are checked before anything else, a ballot is collected
   blinded, answers are sealed, and what was sent can be taken back. Keys come from the checked manifest only. */

import { associated, blind, checkManifest, digest, finalize, nullifierOf, prepared, seal, toBytes, toText, unitOf, wordsOf } from './ballot.js'

export { ShreddedStore } from './shredded.js'

const REASONS = new Set(['manifest', 'bundle', 'page', 'key', 'words', 'signature'])
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LINK_CODE = 22

/** Why this device must not go on; null for an error that trying again may mend. */
export const reasonOf = (error) => (REASONS.has(error?.message) ? error.message : null)

/** The manifest of a round, its fragment and its eight words; refused when it differs from what the link, an
    earlier visit, this page or this program says. */
export async function rulesOf(page, fragments) {
  const response = await fetch(`/s/${page.key}/manifest`, { credentials: 'omit' })
  if (!response.ok) throw new Error('network')
  const bytes = new Uint8Array(await response.arrayBuffer())
  const own = fragmentOf(await digest(bytes))
  if (fragments.some((fragment) => fragment && fragment !== own)) throw new Error('manifest')
  const { manifest, digest: found } = await checkManifest(bytes, own)
  if (!promisesTheSame(manifest, page)) throw new Error('page')
  const list = await fetch(new URL('words.txt', import.meta.url), { credentials: 'omit' })
  if (!list.ok) throw new Error('network')
  return { manifest, fragment: own, words: await wordsOf(found, await list.text()) }
}

const fragmentOf = (found) => toText(found.subarray(0, 16))

const promisesTheSame = (manifest, { key, label, trustee, least }) =>
  manifest.round_key === key && manifest.label === label && manifest.trustee === trustee && `${manifest.minimum_group} ${manifest.minimum_quotes}` === least

/** A code in one spelling, so that asking again with it is recognised. */
export const spelled = (code) => (code.trim().length === LINK_CODE ? code.trim() : code.replace(/[\s-]/g, '').toUpperCase())

/** What is kept before the network is asked for a ballot: the same again gets the same signature. */
export async function asking(rules, code, number) {
  const unit = unitOf(rules.manifest, number)
  const ballot = await prepared(rules.manifest.round_key, number)
  const { blinded, inverse } = await blind(unit.spki, ballot)
  return { code, unit: number, prepared: toText(ballot), blinded: toText(blinded), inverse: String(inverse) }
}

/** The ballot: {token} or, when the server says no, {status, sentence}, or {unit} when the code is of another one. */
export async function collect(rules, asked) {
  const { manifest } = rules
  const { status, answer } = await post(`/s/${manifest.round_key}/issue`, { code: asked.code, unit: asked.unit, blinded: asked.blinded })
  if (status !== 200) return { status, sentence: sentenceOf(answer) }
  if (answer.unit !== asked.unit) return { unit: unitOf(manifest, answer.unit).name }
  const signed = await finalize(unitOf(manifest, asked.unit).spki, toBytes(asked.prepared), toBytes(answer.signature), BigInt(asked.inverse))
  return { token: { prepared: asked.prepared, signature: toText(signed), unit: asked.unit } }
}

/** Answers as the very bytes that will be sent, with the receipt that they must get. */
export async function sealed(draft, content) {
  const mark = await nullifierOf(toBytes(draft.token.prepared))
  const box = await seal(toBytes(draft.box), new TextEncoder().encode(content), associated(draft.key, mark))
  const hash = await nullifierOf(box)
  const body = JSON.stringify({ ...draft.token, box: toText(box) })
  return { id: draft.key, url: `/s/${draft.key}/submit`, hash, receipt: await receiptOf(mark, hash), body }
}

/** Worked out here as well: a server that gave two people one receipt could drop a ballot unseen. */
async function receiptOf(mark, hash) {
  const found = await digest(new TextEncoder().encode(`receipt ${mark} ${hash}`))
  const number = found.subarray(0, 13).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) >> 4n
  const code = Array.from({ length: 20 }, (_, at) => LETTERS[(number >> BigInt(95 - 5 * at)) & 31n]).join('')
  return code.match(/.{4}/g).join('-')
}

/** Take a sent ballot back: {done}, or a sentence and whether trying again is of no use. */
export async function takeBack(key, token) {
  const { status, answer } = await post(`/s/${key}/withdraw`, token)
  return { done: status === 200 && answer.withdrawn === true, final: [403, 404, 410].includes(status), sentence: sentenceOf(answer) }
}

const sentenceOf = (answer) => answer.sentence ?? answer.error

async function post(url, body) {
  const response = await fetch(url, {
    method: 'POST', credentials: 'omit', cache: 'no-store', redirect: 'error',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'Accept-Language': document.documentElement.lang }, body: JSON.stringify(body),
  })
  return { status: response.status, answer: await response.json() }
}
