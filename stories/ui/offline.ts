/** Lets the page believe that it has no network, or has it again, as a browser does. */
export function setOffline(isOffline: boolean): void {
  if (isOffline) Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
  // What the browser itself says stands on the prototype.
  else Reflect.deleteProperty(navigator, 'onLine');
  dispatchEvent(new Event(isOffline ? 'offline' : 'online'));
}
