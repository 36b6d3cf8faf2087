export { deskRoutes } from './desk.routes.ts'
export { deskSweeps } from './desk.jobs.ts'
export { deskDivision, openDesks, type Desks } from './desk.server.ts'
export { addDesk, addPolicy, addSeat } from './desk.store.ts'
