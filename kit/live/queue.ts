/** 队列 — first in, first out, without moving ten thousand for each that leaves. */
export function openQueue<Item>() {
  let coming: Item[] = []
  let going: Item[] = []
  return {
    put: (item: Item) => void coming.push(item),
    take(): Item | undefined {
      if (going.length === 0) {
        going = coming.toReversed()
        coming = []
      }
      return going.pop()
    },
  }
}
