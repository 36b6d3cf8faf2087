import type { SeenItem } from '@open110/core/item'
import type { ReportView } from '@open110/modules/report'
import { usePhone } from '../app/hooks.ts'
import './Where.css'

/** So many letters are read out over the telephone and heard right. */
const readLetters = 4

/** 边打电话边发位置 — what is read out to the call-taker, who finds the place by it (ZJ-08). Nothing before it is there to be found. */
export function Beside({ report, local }: { report: ReportView | undefined; local: SeenItem | undefined }) {
  const { say } = usePhone()
  const code = report?.receiptCode ?? local?.receipt?.receiptCode
  if (!code) return <p className="card">{say('beside.unsent')}</p>
  return (
    <section className="card beside">
      <h2>{say('beside.title')}</h2>
      <p className="beside-code code" aria-label={[...code.slice(-readLetters)].join(' ')}>
        {code.slice(-readLetters)}
      </p>
      <p className="about">
        {say('beside.about')} {say('beside.whole', { code })}
      </p>
      <a className="button" href="tel:110">
        {say('home.call')}
      </a>
    </section>
  )
}
