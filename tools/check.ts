import { takeSteps, tell } from './steps.ts'

tell(await takeSteps())
