import { expect, test } from 'vitest'
import { junit } from '../../src/report/formats/junit.ts'
import { both, clean, denied, hostile, many, unused } from './diagnostics.ts'

test('an error in one file and a warning in another', () => {
  expect(junit(both)).toBe(`\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tenfold" tests="2" failures="1" errors="0" skipped="0">
  <testsuite name="tenfold" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="tenfold" name="config/accounts/acme.yaml" file="config/accounts/acme.yaml">
      <failure type="plan/model-not-allowed" \
message="plan &quot;starter&quot; may not use model &quot;gpt-5.2&quot;">\
config/accounts/acme.yaml:7:12 error[plan/model-not-allowed]: \
plan &quot;starter&quot; may not use model &quot;gpt-5.2&quot;&#10;\
config/plans.yaml:9:16 the rule&#10;help: use gpt-4o, or move the account to growth</failure>
    </testcase>
    <testcase classname="tenfold" name="config/prompts/outline.yaml" file="config/prompts/outline.yaml">
      <system-out>config/prompts/outline.yaml:120:1 warning[ref/unused]: \
no function uses the prompt type &quot;outline&quot;</system-out>
    </testcase>
  </testsuite>
</testsuites>
`)
})

test('nothing wrong is one test that passes', () => {
  expect(junit(clean)).toBe(`\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tenfold" tests="1" failures="0" errors="0" skipped="0">
  <testsuite name="tenfold" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="tenfold" name="configuration"/>
  </testsuite>
</testsuites>
`)
})

test('all of a file is one test: two errors fail it once', () => {
  const text = junit({ diagnostics: [denied, denied, { ...unused, file: denied.file }], files: 1 })
  expect(text).toContain('tests="1" failures="1"')
  expect(text.match(/<failure /g)).toHaveLength(2)
  expect(text.match(/<system-out>/g)).toHaveLength(1)
})

test('hostile text is escaped or replaced', () => {
  const text = junit({ diagnostics: [hostile], files: 1 })
  expect(text).toContain('name="config/accounts/a:b,c d&#10;#?%é.yaml"')
  expect(text).toContain(
    'message="no model &quot;\ufffd[31m&#10;::error::forged&#13;&#10;##&#91;add-mask]x ]]&gt;' +
      '&lt;b a=&#39;1&#39;&gt;&amp;\u202e [x](https://evil.test) 100%&quot;"',
  )
  expect(text).toContain('help: half \ufffd a pair, \ufffd a C1, \ufffd a NUL</failure>')
  expect(text).not.toMatch(/[^\P{Cc}\n]|^\s*::|##\[/mu)
})

test('10,000 errors are all there', () => {
  expect(junit(many(10_000)).match(/<failure /g)).toHaveLength(10_000)
})
