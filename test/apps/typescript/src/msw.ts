import { setupServer } from 'msw/node';
import { mockStream } from 'use-event-stream/testing';
import { mswHandler } from 'use-event-stream/testing/msw';

export const server = setupServer(mswHandler(mockStream('/api/prices')));
