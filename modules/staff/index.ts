export { hashPassword } from './staff.password.server.ts'
export { staffIdentity, staffRoutes } from './staff.routes.ts'
export { addOrg, addStaff, hasDemoAccounts } from './staff.store.ts'
