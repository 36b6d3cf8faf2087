export { callerOf, openPeople, personRoutes, type Caller, type People } from './person.routes.ts'
export { openFakeSms } from './person.sms.fake.ts'
export type { Sms } from './person.sms.port.ts'
