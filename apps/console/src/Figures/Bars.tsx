/** 区间柱 — one bar for each range, its figure on it; the zero line is drawn and the last range is the one to look at. */
export function Bars({
  names,
  counts,
  label,
}: {
  names: readonly string[]
  counts: readonly number[]
  label: string
}) {
  const most = Math.max(1, ...counts)
  const [width, height, foot, head] = [420, 150, 22, 18]
  const step = width / counts.length
  const barHeight = (count: number) => ((height - foot - head) * count) / most
  return (
    <svg className="bars" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <line x1="0" x2={width} y1={height - foot} y2={height - foot} className="bars-zero" />
      {counts.map((count, index) => (
        <g key={names[index]} data-last={index === counts.length - 1 || undefined}>
          <rect
            x={index * step + step * 0.18}
            width={step * 0.64}
            y={height - foot - barHeight(count)}
            height={barHeight(count)}
          />
          <text x={(index + 0.5) * step} y={height - foot - barHeight(count) - 4} className="bars-figure">
            {count}
          </text>
          <text x={(index + 0.5) * step} y={height - 6} className="bars-name">
            {names[index]}
          </text>
        </g>
      ))}
    </svg>
  )
}
