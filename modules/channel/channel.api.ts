import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { Phone } from '@open110/modules/person'
import { LngLat } from '@open110/modules/place'
import { LadderStep, Receipt, ReportState } from '@open110/modules/report'
import { Call, CallState, ChannelCount, Device, DeviceId, Line } from './channel.ts'

const Said = z.string().check(z.maxLength(20_000), z.regex(/\S/))
const PlaceWords = z.string().check(z.maxLength(300))
const Brief = z.object({ id: z.string(), receiptCode: z.string() })

export const calls = route({
  name: 'channel.calls',
  at: 'GET /api/v1/desks/:desk/calls',
  means: 'What rings at this desk and who is talking, with the numbers.',
  who: ['call.answer'],
  gives: z.array(Call),
  refuses: ['desk.not-found'],
  admission: 'dialogue',
})

export const answerCall = route({
  name: 'channel.answer',
  at: 'POST /api/v1/calls/:call/answer',
  means: 'Take a ringing call at my seat: it is a report that has been received.',
  who: ['call.answer'],
  gives: z.object({ report: z.string(), receiptCode: z.string(), at: Moment }),
  refuses: [
    'call.not-found',
    'call.already-answered',
    'call.already-ended',
    'desk.not-signed-in',
    'call.line-down',
  ],
})

export const hangUp = route({
  name: 'channel.hang-up',
  at: 'POST /api/v1/calls/:call/hang-up',
  means: 'End a call that I am talking on.',
  who: ['call.answer'],
  gives: z.object({ state: CallState }),
  refuses: ['call.not-found', 'call.not-mine', 'call.already-ended', 'call.line-down'],
})

export const callBack = route({
  name: 'channel.call-back',
  at: 'POST /api/v1/reports/:report/calls',
  means: 'Ring the reporter from my seat, where the contact policy lets anybody ring them.',
  who: ['call.answer'],
  gives: z.object({ call: z.string() }),
  refuses: [
    'report.not-found',
    'report.not-received',
    'contact.forbidden',
    'call.number-missing',
    'desk.not-signed-in',
    'call.line-down',
  ],
})

export const statement = route({
  name: 'channel.statement',
  at: 'POST /api/v1/reports/:report/statements',
  means: 'Write down what a caller said: first as the words of the report, later beside them.',
  who: ['call.answer'],
  takes: z.object({ words: Said, placeWords: z.optional(PlaceWords) }),
  gives: z.object({ how: z.enum(['statement', 'supplement']), at: Moment }),
  refuses: ['report.not-found', 'report.not-received', 'statement.mode-invalid'],
})

export const walkIn = route({
  name: 'channel.walk-in',
  at: 'POST /api/v1/desks/:desk/walk-ins',
  means: 'Write down what somebody at the counter says; it is received by whoever writes it.',
  who: ['call.answer'],
  takes: z.object({
    words: Said,
    placeWords: z.optional(PlaceWords),
    phone: z.optional(Phone),
    name: z.optional(z.string().check(z.maxLength(60))),
  }),
  gives: z.object({ report: z.string(), receiptCode: z.string(), at: Moment }),
  refuses: ['desk.not-found', 'desk.not-signed-in'],
  status: 201,
})

export const line = route({
  name: 'channel.line',
  at: 'GET /api/v1/reports/:report/line',
  means:
    'How a report came in: calls with number and recording, texts and what became of the answers, device, agency.',
  who: ['report.see'],
  gives: Line,
  refuses: ['report.not-found'],
  admission: 'dialogue',
})

const Signature = z.string().check(z.regex(/^[0-9a-f]{64}$/))

export const alarm = route({
  name: 'channel.alarm',
  at: 'POST /api/v1/devices/:device/alarms',
  means:
    'A button was pressed. `signature` is HMAC-SHA256 in hex of `device\\nalarm\\n<alarm>\\n<at>` with the key of the device.',
  who: ['anyone'],
  takes: z.object({
    /** The device's own name of this press: repeated until it is answered, it is one press. */
    alarm: z.string().check(z.regex(/^[\w.-]{1,64}$/)),
    at: z.string().check(z.maxLength(40)),
    signature: Signature,
  }),
  gives: z.object({ receiptCode: z.string(), isRepeat: z.boolean(), at: Moment }),
  refuses: ['device.not-found', 'device.too-many'],
  status: 201,
  admission: 'alarm',
})

export const deviceBeat = route({
  name: 'channel.device-beat',
  at: 'POST /api/v1/devices/:device/beats',
  means:
    'A device is there. `signature` is HMAC-SHA256 in hex of `device\\nbeat\\n<at>\\n<at>` with its key.',
  who: ['anyone'],
  takes: z.object({ at: z.string().check(z.maxLength(40)), signature: Signature }),
  gives: z.object({ nextSeconds: z.number() }),
  refuses: ['device.not-found', 'device.too-many'],
})

export const devices = route({
  name: 'channel.devices',
  at: 'GET /api/v1/desks/:desk/devices',
  means: 'The one-key devices of a desk, silent ones first.',
  who: ['desk.see'],
  gives: z.array(Device),
  refuses: ['desk.not-found'],
})

export const addDevice = route({
  name: 'channel.add-device',
  at: 'POST /api/v1/desks/:desk/devices',
  means: 'Register a one-key device with its fixed place. Its key is shown this once.',
  who: ['device.manage'],
  takes: z.object({
    id: DeviceId,
    name: z.string().check(z.maxLength(60), z.regex(/\S/)),
    placeWords: PlaceWords,
    wgs84: LngLat,
    level: z.union([z.literal(1), z.literal(2)]),
    beatSeconds: z._default(z.int().check(z.gte(10), z.lte(3_600)), 60),
  }),
  gives: z.object({ id: z.string(), key: z.string() }),
  refuses: ['desk.not-found', 'device.already-there'],
  status: 201,
  secret: true,
})

export const sendFromAgency = route({
  name: 'channel.agency-report',
  at: 'POST /api/v1/agency/reports',
  means: 'Another body hands a matter over to 110. The same number of theirs is the same report.',
  who: ['agency.report'],
  takes: z.object({
    externalNumber: z.string().check(z.regex(/^[\w./-]{1,64}$/)),
    words: Said,
    placeWords: z.optional(PlaceWords),
    place: z.optional(z.extend(LngLat, { crs: z.string() })),
    /** 1 danger to life now … 4 consultation, as they see it; it can rank the report higher, never lower. */
    level: z.optional(z.int().check(z.gte(1), z.lte(4))),
    phone: z.optional(Phone),
    name: z.optional(z.string().check(z.maxLength(60))),
    callSafe: z.optional(z.boolean()),
    /** The desk they mean, where the place says none. */
    desk: z.optional(z.string()),
  }),
  gives: z.extend(Brief, { deliveredAt: Moment, desk: Receipt.shape.desk, isRepeat: z.boolean() }),
  refuses: ['desk.not-found'],
  status: 201,
})

export const AgencyReport = z.extend(Brief, {
  externalNumber: z.string(),
  state: ReportState,
  sentAt: Moment,
  incident: z.optional(z.string()),
  ladder: z.array(z.pick(LadderStep, { step: true, at: true })),
  outcome: z.optional(z.string()),
})

export const agencyReports = route({
  name: 'channel.agency-reports',
  at: 'GET /api/v1/agency/reports',
  means: 'What my body has handed over, the newest first.',
  who: ['agency.report'],
  gives: z.array(AgencyReport),
})

export const agencyReport = route({
  name: 'channel.agency-report-get',
  at: 'GET /api/v1/agency/reports/:report',
  means: 'How far a matter is that my body has handed over.',
  who: ['agency.report'],
  gives: AgencyReport,
  refuses: ['report.not-found'],
})

export const counts = route({
  name: 'channel.counts',
  at: 'GET /api/v1/desks/:desk/channels',
  means: 'Reports by channel over one time: how many, how soon received and accepted, how many effective.',
  who: ['desk.see'],
  asks: z.object({ from: z.optional(Moment), to: z.optional(Moment) }),
  gives: z.object({ from: Moment, to: Moment, channels: z.array(ChannelCount) }),
  refuses: ['desk.not-found'],
})
