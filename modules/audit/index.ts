export { record, recordLook, type Look, type Record } from './audit.store.ts'
export { auditSweeps } from './audit.jobs.ts'
export { verifySeals } from './audit.seal.store.ts'
