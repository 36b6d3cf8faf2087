/** 命令行 — what a call-taker types instead of reaching for the mouse. The names are the field's short ones. */
export const commandNames = [
  'lv',
  'type',
  'unit',
  'merge',
  'close',
  'find',
  'receive',
  'take',
  'accept',
  'say',
  'ask',
  'hold',
  'invalid',
  'note',
  'all',
  'escalate',
  'urge',
  'link',
  'conclude',
  'revive',
  'go',
  'mute',
  'help',
] as const
export type CommandName = (typeof commandNames)[number]

/** Commands that mean nothing without a word after them. */
const needsArgument: readonly CommandName[] = [
  'lv',
  'type',
  'unit',
  'merge',
  'close',
  'say',
  'ask',
  'hold',
  'invalid',
  'note',
  'revive',
  'go',
]

/** Chinese words for the same commands, for hands that stay in the input method. */
const aliases: Readonly<Record<string, CommandName>> = {
  级别: 'lv',
  类别: 'type',
  派警: 'unit',
  派: 'unit',
  警力: 'unit',
  并案: 'merge',
  办结: 'close',
  查找: 'find',
  接收: 'receive',
  抢接: 'take',
  受理: 'accept',
  回复: 'say',
  提问: 'ask',
  挂起: 'hold',
  无效: 'invalid',
  叙述: 'note',
  统一回复: 'all',
  请示: 'escalate',
  催办: 'urge',
  催: 'urge',
  视频: 'link',
  链接: 'link',
  终结: 'conclude',
  激活: 'revive',
  去: 'go',
  静音: 'mute',
  帮助: 'help',
}

export type Parsed =
  | { readonly is: 'command'; readonly name: CommandName; readonly argument: string }
  | { readonly is: 'empty' }
  | { readonly is: 'unknown'; readonly word: string }
  | { readonly is: 'incomplete'; readonly name: CommandName }

/** The slash may be missing, full-width, or `、` as a Chinese input method makes it. */
const bare = (text: string) => text.replace(/^\s*[/、／]*\s*/, '').replace(/　/g, ' ')

export function parse(text: string): Parsed {
  const line = bare(text).trim()
  if (line === '') return { is: 'empty' }
  const space = line.search(/\s/)
  const word = (space < 0 ? line : line.slice(0, space)).toLowerCase()
  const argument = space < 0 ? '' : line.slice(space).trim()
  const name = commandNames.find((known) => known === word) ?? aliases[word]
  if (!name) return { is: 'unknown', word }
  if (argument === '' && needsArgument.includes(name)) return { is: 'incomplete', name }
  return { is: 'command', name, argument }
}

/** What an argument may be; the label is for reading, the value is what is typed. */
export type Choice = { readonly value: string; readonly label: string }
export type Vocabulary = Partial<Record<CommandName, readonly Choice[]>>

/** What Tab would make of the line, the best first. */
export function completions(text: string, vocabulary: Vocabulary): Choice[] {
  const line = bare(text)
  const space = line.search(/\s/)
  if (space < 0) {
    const typed = line.toLowerCase()
    return commandNames
      .filter(
        (name) =>
          name.startsWith(typed) ||
          Object.entries(aliases).some(([zh, to]) => to === name && zh.startsWith(typed)),
      )
      .map((name) => ({ value: `/${name} `, label: name }))
  }
  const word = line.slice(0, space).toLowerCase()
  const name = commandNames.find((known) => known === word) ?? aliases[word]
  if (!name) return []
  const typed = line.slice(space).trim().toLowerCase()
  return (vocabulary[name] ?? [])
    .filter(
      (choice) => choice.value.toLowerCase().includes(typed) || choice.label.toLowerCase().includes(typed),
    )
    .slice(0, 12)
    .map((choice) => ({ value: `/${name} ${choice.value}`, label: choice.label }))
}

/** 历史 — newest last; `at` counts back from the line being written, which is 0. */
export type History = { readonly lines: readonly string[]; readonly at: number }

export const remember = (history: History, line: string): History => ({
  lines: [...history.lines.filter((old) => old !== line), line].slice(-50),
  at: 0,
})

export function recall(history: History, by: 1 | -1): { history: History; line: string } {
  const at = Math.min(history.lines.length, Math.max(0, history.at + by))
  return { history: { ...history, at }, line: at === 0 ? '' : (history.lines.at(-at) ?? '') }
}

const minutesIn = /^(\d+)\s*(分钟|分|小时|时|天)$/
const minutesOf = { 分钟: 1, 分: 1, 小时: 60, 时: 60, 天: 1_440 } as const

/** `30分钟 待核实`: how long, and why. Without a time it is half an hour. */
export function holdOf(argument: string): { readonly minutes: number; readonly reason: string } {
  const words = argument.trim().split(/\s+/)
  const at = words.findIndex((word) => minutesIn.test(word))
  const [, count = '30', unit = '分钟'] = minutesIn.exec(words[at] ?? '') ?? []
  return {
    minutes: Number(count) * minutesOf[unit as keyof typeof minutesOf],
    reason: words.filter((_, index) => index !== at).join(' '),
  }
}

/** A list of names with codes: the code whose name begins with what was typed, and the rest as words. */
export function codeOf<Code extends string>(
  argument: string,
  list: readonly { readonly code: Code; readonly name: string }[],
): { readonly code?: Code; readonly words: string } {
  const [first = '', ...rest] = argument.trim().split(/\s+/)
  const found = first === '' ? undefined : list.find(({ name }) => name === first || name.startsWith(first))
  return found ? { code: found.code, words: rest.join(' ') } : { words: argument.trim() }
}
