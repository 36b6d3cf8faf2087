export { openPeople, personRoutes, type People } from './person.routes.ts'
export { openFakeSms } from './person.sms.fake.ts'
export type { Sms } from './person.sms.port.ts'
