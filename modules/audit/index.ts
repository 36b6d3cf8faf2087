export { record, type Record } from './audit.store.ts'
