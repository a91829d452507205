import { useLogTail } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { probe } from '../support/page.tsx';
import { render } from '../support/render.ts';

const url = 'https://example.test/log';

/** What a log shows of a text whose escape sequences are to be taken out. */
async function stripped(text: string): Promise<string> {
  const stream = mockStream(url, { autoOpen: true });
  const log = probe(() => useLogTail(url, { format: 'lines', stripAnsi: true, cr: 'keep' }));
  await render(
    <stream.wrapper>
      <log.Probe />
    </stream.wrapper>,
  );
  await stream.chunk(`${text}\n`);
  return log.current.toText();
}

test.for([
  ['colours, movements and character sets', '\u001b[1;31mA\u001b[0m \u001b[2KB\u001b(BC', 'A BC'],
  ['control sequences of 8 bits', '\u009b31mA\u009b0m', 'A'],
  ['a control sequence of many parts', '\u001b[?25;1:2 qA', 'A'],
  ['a title that BEL ends', '\u001b]0;title\u0007A', 'A'],
  ['a title that ESC \\ ends', '\u001b]0;title\u001b\\A', 'A'],
  ['a title that U+009C ends', '\u001b]0;title\u009cA', 'A'],
  ['a title of 8 bits', '\u009d0;title\u009cA', 'A'],
  ['links', '\u001b]8;;http://x\u001b\\A\u001b]8;;\u001b\\B', 'AB'],
  ['a link without an end', '\u001b]8;;u\u009cA\u001b]8;;\u009cB', 'AB'],
  ['a device string', '\u001bPq#0\u001b\\A\u0090q#0\u009cB', 'AB'],
  ['a string', '\u001bXx\u001b\\A\u0098x\u009cB', 'AB'],
  ['a private message', '\u001b^x\u001b\\A\u009ex\u009cB', 'AB'],
  ['a command', '\u001b_x\u0007A\u009fx\u009cB', 'AB'],
  ["screen's title", '\u001bktitle\u001b\\A', 'A'],
  ['short escapes', '\u001b7A\u001b8\u001bcB\u001b=C', 'ABC'],
  ['a terminator that ends nothing', 'A\u001b\\B\u009cC', 'ABC'],
] as const)('%s are taken out', async ([, text, visible]) => {
  expect(await stripped(text)).toBe(visible);
});

test.for([
  ['an operating system command', '\u001b]0;title', '0;title'],
  ['one of 8 bits', 'A\u009d0;title', 'A0;title'],
  [
    'each kind of string',
    '\u001bPa\u001bXb\u001b^c\u001b_d\u0090e\u0098f\u009eg\u009fh',
    'abcdefgh',
  ],
  ['a string that another sequence follows', '\u001b]0;title\u001b[31mA\u001b[0m', '0;titleA'],
  ['a string that is cancelled', '\u001b]0;a\u0018b\u0007', '0;a\u0018b\u0007'],
  ['a control sequence', 'A\u001b[31', 'A31'],
  ['a control sequence of 8 bits', 'A\u009b31', 'A31'],
] as const)('of %s without an end only the introducer is taken out', async ([, text, visible]) => {
  expect(await stripped(text)).toBe(visible);
});

test('text without escape sequences stays as it is', async () => {
  const text = 'A\tB [31m ]0;x\u0007 \u0085\u00a0ß€😀';
  expect(await stripped(text)).toBe(text);
});

test.for([
  '\u001b]',
  '\u001b]0;',
  '\u009d',
  '\u001b[',
  '\u009b0',
  '\u001b',
  '\u001b ',
  '\u001bP\u0018',
])('a megabyte of %j takes a short time', async (introducer) => {
  const begun = performance.now();
  await stripped(introducer.repeat(1_000_000 / introducer.length));
  await stripped(`${introducer}${'0'.repeat(1_000_000)}`);
  expect(performance.now() - begun).toBeLessThan(5_000);
});
