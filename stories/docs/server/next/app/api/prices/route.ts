import { eventStream } from 'use-event-stream/server';
import { prices } from '../../../lib/prices';

export const GET = (request: Request) => eventStream(request, prices);
