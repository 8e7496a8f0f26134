import { describe, expect, test } from 'vitest'
import { addItem, takeItem } from '../../../src/edit/text/list-items.ts'
import { fileOf } from './support.ts'

const add = (text: string): string => addItem(fileOf(text), ['sections'], 'Two')
const take = (text: string): string => takeItem(fileOf(text), ['sections'], 'Two')

describe('an item is added', () => {
  test.each([
    ['where there is no list yet', 'name: S\n', 'name: S\nsections: [Two]\n'],
    ['to an empty list', 'name: S\nsections: []\n', 'name: S\nsections: [Two]\n'],
    ['in one line', 'name: S\nsections: [One] # as it was\n', 'name: S\nsections: [One, Two] # as it was\n'],
    ['in lines', 'name: S\nsections:\n  - One # first\n', 'name: S\nsections:\n  - One # first\n  - Two\n'],
    ['on lines of its own', 'sections: [\n  One,\n]\n', 'sections: [\n  One,\n  Two,\n]\n'],
    ['behind the last comma', 'sections: [\n  One # a\n]\n', 'sections: [\n  One, # a\n  Two\n]\n'],
    ['not twice', 'name: S\nsections: [Two]\n', 'name: S\nsections: [Two]\n'],
    ['not where something else is', 'name: S\nsections: { a: b }\n', 'name: S\nsections: { a: b }\n'],
  ])('%s', (_, before, after) => expect(add(before)).toBe(after))
})

describe('an item is taken', () => {
  test.each([
    ['from the front', "sections: [Two, 'One'] # a\n", "sections: ['One'] # a\n"],
    ['from the end', "sections: ['One', Two]\n", "sections: ['One']\n"],
    ['with the comma before it', "sections: [\n  'One',\n  Two\n]\n", "sections: [\n  'One'\n]\n"],
    ['before another one in its line', 'sections: [\n  Two, One\n]\n', 'sections: [\n  One\n]\n'],
    ['behind another one in its line', 'sections: [\n  One, Two\n]\n', 'sections: [\n  One\n]\n'],
    ['with the comment on its line', 'sections: [\n  Two, # b\n  One,\n]\n', 'sections: [\n  One,\n]\n'],
    ['and the last comma stays', 'sections: [\n  One,\n  Two,\n]\n', 'sections: [\n  One,\n]\n'],
    ['from the middle', 'sections: [One, Two, Three]\n', 'sections: [One, Three]\n'],
    ['from lines', 'sections:\n  - Two\n  - One # stays\n', 'sections:\n  - One # stays\n'],
    ['as the last one: an empty list stays', 'sections: [Two]\n', 'sections: []\n'],
    ['not where it is not', 'sections: [One]\n', 'sections: [One]\n'],
    ['not where there is no list', 'name: S\n', 'name: S\n'],
  ])('%s', (_, before, after) => expect(take(before)).toBe(after))
})
