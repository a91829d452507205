import type { Metadata } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { StreamProvider } from 'use-event-stream';
import { Ticker } from './Ticker.tsx';

export const metadata: Metadata = { title: 'Streams', icons: { icon: 'data:,' } };

/** A server component: the entry's `'use client'` is what lets it render a provider. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <StreamProvider defaults={{ openTimeout: 20_000 }}>
          <nav>
            <Link href="/">Events</Link> <Link href="/progress">Progress</Link>{' '}
            <Link href="/logs">Logs</Link> <Link href="/answer">Answer</Link>{' '}
            <Link href="/report">Report</Link>
          </nav>
          <Ticker />
          <main>{children}</main>
        </StreamProvider>
      </body>
    </html>
  );
}
