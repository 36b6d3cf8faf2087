import type { InvariantName } from './witness.ts'

/**
 * 埋下的错误 — each is one small change of the model's shell or of a port of the core, and each has hurt somebody. The night
 * must find every one, by an invariant named here; `night` is the first that was seen to, where the search begins.
 */
export const bugs = {
  'ack-before-commit': {
    breaks: ['I1', 'R7', 'I8'],
    night: 4,
    seen: 'GitLab infra 7282: an asynchronous standby lost what had been acknowledged',
  },
  'no-unique-key': {
    breaks: ['I2'],
    night: 41,
    seen: 'Synapse 3365, Dendrite 327: the same transaction id, two to four messages',
  },
  'cache-dedupe': {
    breaks: ['I2', 'I1', 'I4'],
    night: 61,
    seen: 'Synapse 1481: the transaction cache was clobbered; 8476 moved it into the database',
  },
  'key-made-on-retry': {
    breaks: ['I2'],
    night: 7,
    seen: 'element-ios 512: a new transaction id on "Resend" after a 502',
  },
  'key-made-at-send': {
    breaks: ['I2'],
    night: 6,
    seen: 'clients that make the key with the request and not with the press',
  },
  'exception-is-success': {
    breaks: ['I1', 'I8', 'R7'],
    night: 7,
    seen: 'PowerSync-kotlin 340: an exception was taken for success',
  },
  'drains-on-write-only': {
    breaks: ['I8', 'R7'],
    night: 8,
    seen: 'PowerSync-native 15: a failed upload was never retried until the next local write',
  },
  'item-deleted-at-send': {
    breaks: ['I8', 'R7'],
    night: 7,
    seen: 'Replicache 9.0-β0: the pending mutations of a closed tab were lost',
  },
  'draft-deleted-first': {
    breaks: ['I8'],
    night: 11,
    seen: 'forms that clear themselves when the button is pressed',
  },
  'relaxed-flush': {
    breaks: ['I8', 'R7'],
    night: 1,
    seen: 'IndexedDB with relaxed durability: complete before it is on the disk',
  },
  'torn-put': {
    breaks: ['I8', 'R7'],
    night: 11,
    seen: 'PowerSync-sqlite-core 162: a kill in the middle of a write, and the sync hangs for ever',
  },
  'media-before-text': {
    breaks: ['M1'],
    night: 8,
    seen: 'one queue for everything: WeChat breaks a long request off, and the words behind it wait',
  },
  'no-jitter': { breaks: ['L1'], night: 76, seen: 'AT&T 2024: all phones came back at once, for ten hours' },
  'ignores-retry-after': {
    breaks: ['L1'],
    night: 37,
    seen: 'Signal 2021: the clients’ own retries kept the service down',
  },
  'limiter-counts-alarms': {
    breaks: ['I9'],
    night: 16,
    seen: 'Pierce County 2010: real callers got the busy tone',
  },
  'offset-before-bytes': {
    breaks: ['R7'],
    night: 62,
    seen: 'resumable uploads that keep the offset apart from the file',
  },
  'max-cursor': {
    breaks: ['I3'],
    night: 8,
    seen: 'every "where id > last" reader; directus 23508 sleeps 10 ms against it',
  },
  'repeats-last': { breaks: ['I3'], night: 3, seen: 'parse-server: 36 duplicates over five kills' },
  'notify-is-truth': {
    breaks: ['R5', 'I3'],
    night: 4,
    seen: 'DBOS 562, Postgrex 309, postel 147: a notification nobody heard',
  },
  'ping-only': {
    breaks: ['R5'],
    night: 63,
    seen: 'Chatwoot 14703: sockets stay open and ping, and no event ever comes again',
  },
  'wall-clock-lease': {
    breaks: ['I4'],
    night: 3,
    seen: 'leases that end when somebody sets the date (faults F8)',
  },
  'lease-forgotten': {
    breaks: ['I4'],
    night: 3,
    seen: 'locks held in memory: a restart gives them to somebody else',
  },
  'requeue-at-tail': {
    breaks: ['I4'],
    night: 18,
    seen: 'BT 999, 25 June 2023: calls went back to the end of the queue',
  },
  'both-accepts-win': {
    breaks: ['I4'],
    night: 33,
    seen: 'Chatwoot 14934: two answer, neither sees the other',
  },
  'covert-push': { breaks: ['I7'], night: 1, seen: 'Silent Solution: a ringing phone betrays whoever hides' },
} as const satisfies Record<string, { breaks: readonly InvariantName[]; night: number; seen: string }>

export type BugName = keyof typeof bugs
export const bugNames = Object.keys(bugs) as BugName[]
