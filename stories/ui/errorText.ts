import type { StreamError } from 'use-event-stream';

/** What has gone wrong, for a reader: the address is its path, without the names of its query. */
export function errorText({ message, url }: StreamError): string {
  return url === '' ? message : message.replaceAll(url, url.replace(/^\w+:\/\/[^/]*|\?.*$/g, ''));
}
