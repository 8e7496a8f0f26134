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
    ['to a list of nothing', 'sections:\nname: S\n', 'sections: [Two]\nname: S\n'],
    ['to a null', 'sections: null # a\n', 'sections: [Two] # a\n'],
    ['in lines without indentation', 'sections:\n- One\nname: S\n', 'sections:\n- One\n- Two\nname: S\n'],
    ['in lines without an end', 'sections:\n  - One', 'sections:\n  - One\n  - Two'],
    ['in the quotes of those beside it', "sections: ['One']\n", "sections: ['One', 'Two']\n"],
    ['in the quotes of the lines', 'sections:\n  - "One"\n', 'sections:\n  - "One"\n  - "Two"\n'],
    ['plainly beside one that is plain', "sections: ['One', Three]\n", "sections: ['One', Three, Two]\n"],
    ['beside one that shares its line', 'sections: [\n  One, Three\n]\n', 'sections: [\n  One, Three, Two\n]\n'],
    ['not twice in lines', 'sections:\n  - Two\n', 'sections:\n  - Two\n'],
    ['not to a text', 'sections: Two\n', 'sections: Two\n'],
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
    ['from lines, with its comment', 'sections:\n  - One\n  - Two # b\n', 'sections:\n  - One\n'],
    ['from lines of a list without indentation', 'sections:\n- One\n- Two\nname: S\n', 'sections:\n- One\nname: S\n'],
    ['from lines, in the middle', 'sections:\n  - One\n  - Two\n  - Three\n', 'sections:\n  - One\n  - Three\n'],
    ['from lines, as the last one', 'sections:\n  - Two # b\nname: S\n', 'sections: [] # b\nname: S\n'],
    ['not what reads otherwise', 'sections: [two, "Two ", [Two]]\n', 'sections: [two, "Two ", [Two]]\n'],
    ['twice, where it is there twice', 'sections: [Two, One, Two]\n', 'sections: [One]\n'],
    ['from lines', 'sections:\n  - Two\n  - One # stays\n', 'sections:\n  - One # stays\n'],
    ['as the last one: an empty list stays', 'sections: [Two]\n', 'sections: []\n'],
    ['not where it is not', 'sections: [One]\n', 'sections: [One]\n'],
    ['not where there is no list', 'name: S\n', 'name: S\n'],
  ])('%s', (_, before, after) => expect(take(before)).toBe(after))
})
