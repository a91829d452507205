declare global {
  var gate: PromiseWithResolvers<void> | undefined;
}

/** What the late part of the page waits for: global, since a page and a route handler may be bundled apart. */
export const gate = (globalThis.gate ??= Promise.withResolvers<void>());
