export { openPeople, personRoutes, type People } from './person.routes.ts'
export { openPins } from './person.pin.server.ts'
export { openFakeSms } from './person.sms.fake.ts'
export type { Sms } from './person.sms.port.ts'
