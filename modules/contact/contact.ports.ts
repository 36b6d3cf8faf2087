import type { AskedWay, Way } from './contact.ts'

/**
 * 外发口 — everything by which something can leave the house for a reporter, and the permit that it takes. A way without a port
 * has none yet: whoever builds one writes it here, and a test finds the one that is not.
 */
export const outgoing = {
  call: ['channel/channel.cti.port.ts dial', 'followup/followup.routes.ts keepAttempt'],
  sms: ['channel/channel.sms.port.ts send', 'followup/followup.routes.ts keepAttempt'],
  receipt: ['channel/channel.sms.port.ts send'],
  code: ['person/person.sms.port.ts send'],
  sound: ['thread/thread.write.server.ts Writer'],
  'quiet-message': [
    'thread/thread.write.server.ts Writer',
    'followup/followup.routes.ts writeTo',
    'followup/followup.routes.ts keepAttempt',
  ],
  progress: ['report/report.server.ts tellProgress', 'report/report.urge.routes.ts keepAnswer'],
  transfer: ['contact/contact.ts ContactHandedOver'],
  survey: [],
  push: [],
  email: [],
  'video-sound': [],
  'video-invite': [],
  'field-call': [],
} as const satisfies Record<Way | AskedWay, readonly string[]>

/** 只进不出 — what a port does beside: it listens, looks, or works on a call in which both are already. */
export const inward = ['hear', 'isUp', 'close', 'connect', 'hangUp', 'text', 'receipt'] as const
