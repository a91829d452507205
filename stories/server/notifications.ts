import { eventStream, type ServerEvent } from './eventStream.ts';
import { due, noContent, sequenceOf } from './sequence.ts';

/** What a notification carries. */
export interface Notification {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly level: 'info' | 'success' | 'warning' | 'error';
}

const MESSAGES: readonly [Content, ...Content[]] = [
  {
    level: 'success',
    title: 'Deployment finished',
    body: 'web-frontend 2.14.0 is live in eu-west.',
  },
  {
    level: 'info',
    title: 'Ana mentioned you',
    body: 'Could you look at the retry budget in the gateway?',
  },
  {
    level: 'warning',
    title: 'Disk is filling up',
    body: 'db-replica-2 has used 85% of its volume.',
  },
  {
    level: 'info',
    title: 'Review requested',
    body: 'Jonas asks for your review of "Resume streams by id".',
  },
  {
    level: 'error',
    title: 'Payment webhook failed',
    body: 'Three deliveries were answered with 502. The next try is in 5 minutes.',
  },
  { level: 'success', title: 'Backup complete', body: '48.2 GB were stored in 11 minutes.' },
];
type Content = Omit<Notification, 'id'>;

/** `GET /api/notifications`: unnamed events, one every 2.5 seconds or `?interval=` milliseconds. */
export function notifications(request: Request): Response {
  const sequence = sequenceOf(request, 0.4);
  if (sequence.next > sequence.last) return noContent();
  return eventStream(request, async function* ({ signal }) {
    for await (const numbers of due(sequence, signal)) yield numbers.map(notificationEvent);
  });
}

function notificationEvent(n: number): ServerEvent {
  const content = MESSAGES[(n - 1) % MESSAGES.length] ?? MESSAGES[0];
  const data: Notification = { id: `notification-${String(n)}`, ...content };
  return { id: String(n), data };
}
