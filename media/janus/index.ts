export { janusHome } from './config.ts'
export { freePort, startJanus, type JanusProgram } from './program.ts'
