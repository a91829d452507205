const escape = '\u001b';

/**
 * Control sequences, strings (title, link), and short escapes, in their forms of 7 and of 8 bits. What
 * has no end is not known to be a sequence: only what introduces it goes.
 */
function sequences(): RegExp {
  // A control character within a string ends or cancels it (ECMA-48, section 5.6).
  const string = `[^\u0007\u0018\u001a${escape}\u0080-\u009f]*(?:[\u0007\u009c]|${escape}\\\\)`;
  return new RegExp(
    `(?:${escape}\\[|\u009b)(?:[0-?]*[ -/]*[@-~])?|` +
      `(?:${escape}[\\]PX^_k]|[\u0090\u0098\u009d-\u009f])(?:${string})?|` +
      `${escape}(?:[ -/]*[0-~])?|\u009c`,
    'g',
  );
}

const ansi = /* @__PURE__ */ sequences();
// Any control character: cheaper than to look for a sequence.
const control = /[^\t -~\u00a0-\uffff]/;

/** The text without ANSI escape sequences: colours, cursor movements, titles and links. */
export function stripAnsi(text: string): string {
  return control.test(text) ? text.replace(ansi, '') : text;
}
